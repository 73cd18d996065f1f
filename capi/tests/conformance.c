/* Answers the vectors of conformance/ by the C interface: which bundles are taken, what is decided, to the byte, and which facts are needed.
 *
 * Reads what tests/conformance.rs has taken out of the file of vectors, since C has no reader of JSON: a line with a letter and the lengths of
 * some fields, and then the fields. -1 is the length of a field that is not there. Ends with 0 where each answer is the expected one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lictor.h"

enum { NAME, OUTCOME, BUNDLE, FIRST_OF_KIND };
/* Of a bundle that is loaded: what is required, and then the keys. */
enum { TRUSTED = FIRST_OF_KIND, MIN_SEQUENCE, NOW, MAX_STEPS, FIRST_KEY };
/* Of a request that is decided. */
enum { TEXT = FIRST_OF_KIND, KEY, REQUEST, SAID };

enum { MOST_FIELDS = 16 };

static lictor_bytes fields[MOST_FIELDS];
static size_t field_count;
static int failures;

static void failed(const char *what, const lictor_text *came) {
  failures++;
  printf("%.*s: %s\n  expected %.*s\n", (int)fields[NAME].length, (const char *)fields[NAME].data, what,
         (int)fields[OUTCOME].length, (const char *)fields[OUTCOME].data);
  if (came != NULL) {
    printf("  came     %.*s\n", (int)came->length, (const char *)came->data);
  }
}

/* Reads a field of this length and puts a zero behind it, for numbers. */
static lictor_bytes read_field(FILE *file, long length) {
  lictor_bytes field = {NULL, 0};
  if (length >= 0) {
    uint8_t *data = malloc((size_t)length + 1);
    if (data == NULL || fread(data, 1, (size_t)length, file) != (size_t)length) {
      fputs("the file of questions is cut short\n", stderr);
      exit(2);
    }
    data[length] = 0;
    field.data = data;
    field.length = (size_t)length;
  }
  return field;
}

/* The kind of the next question, or 0 where there is none. */
static char next(FILE *file) {
  char kind;
  long lengths[MOST_FIELDS];
  if (fscanf(file, " %c %zu", &kind, &field_count) != 2) {
    return 0;
  }
  if (field_count > MOST_FIELDS) {
    fputs("a question has too many fields\n", stderr);
    exit(2);
  }
  for (size_t i = 0; i < field_count; i++) {
    if (fscanf(file, "%ld", &lengths[i]) != 1) {
      exit(2);
    }
  }
  if (fgetc(file) != '\n') {
    exit(2);
  }
  for (size_t i = 0; i < field_count; i++) {
    fields[i] = read_field(file, lengths[i]);
  }
  return kind;
}

static int is(lictor_bytes field, const void *data, size_t length) {
  return field.length == length && memcmp(field.data, data, length) == 0;
}

static int begins(lictor_bytes field, const char *with) {
  return field.length >= strlen(with) && memcmp(field.data, with, strlen(with)) == 0;
}

static void load(void) {
  lictor_requirements required = {.keys = &fields[FIRST_KEY], .key_count = field_count - FIRST_KEY, .trusted = fields[TRUSTED]};
  required.min_sequence = strtoull((const char *)fields[MIN_SEQUENCE].data, NULL, 10);
  required.now = strtoll((const char *)fields[NOW].data, NULL, 10);
  required.max_steps = strtoull((const char *)fields[MAX_STEPS].data, NULL, 10);
  lictor_engine *engine = NULL;
  lictor_text error;
  lictor_status status = lictor_engine_load(fields[BUNDLE], &required, &engine, &error);
  int good = status == LICTOR_OK ? engine != NULL && begins(fields[OUTCOME], "OK")
                                 : engine == NULL && error.length >= fields[OUTCOME].length &&
                                       is(fields[OUTCOME], error.data, fields[OUTCOME].length);
  if (!good) {
    failed("loaded otherwise", &error);
  }
  lictor_text_free(&error);
  lictor_engine_free(engine);
}

static lictor_verdict expected(void) {
  return begins(fields[OUTCOME], "allow ") ? LICTOR_ALLOW : begins(fields[OUTCOME], "step_up ") ? LICTOR_STEP_UP : LICTOR_DENY;
}

static void decide(char kind) {
  lictor_requirements required = {.keys = &fields[KEY], .key_count = 1};
  lictor_engine *engine = NULL;
  lictor_text answer, error;
  if (lictor_engine_load(fields[BUNDLE], &required, &engine, &error) != LICTOR_OK) {
    failed("its bundle is not taken", &error);
    lictor_text_free(&error);
    return;
  }
  if (kind == 'F') {
    if (lictor_engine_facts_needed(engine, fields[REQUEST], fields[SAID], &answer, NULL) != LICTOR_OK ||
        !is(fields[TEXT], answer.data, answer.length)) {
      failed("other facts are needed", &answer);
    }
    lictor_text_free(&answer);
  } else {
    /* With the whole decision, and without it, which goes another way. */
    lictor_verdict verdict = LICTOR_ALLOW, alone = LICTOR_ALLOW;
    if (lictor_engine_decide(engine, fields[REQUEST], fields[SAID], &verdict, &answer, NULL) != LICTOR_OK ||
        verdict != expected() || !is(fields[TEXT], answer.data, answer.length)) {
      failed("decided otherwise", &answer);
    }
    if (lictor_engine_decide(engine, fields[REQUEST], fields[SAID], &alone, NULL, NULL) != LICTOR_OK || alone != expected()) {
      failed("the verdict alone is another", NULL);
    }
    lictor_text_free(&answer);
  }
  lictor_engine_free(engine);
}

int main(int count, char **words) {
  FILE *file = count == 2 ? fopen(words[1], "rb") : NULL;
  if (file == NULL) {
    fputs("usage: conformance FILE\n", stderr);
    return 2;
  }
  int asked = 0;
  for (char kind; (kind = next(file)) != 0; asked++) {
    if (kind == 'L') {
      load();
    } else {
      decide(kind);
    }
    for (size_t i = 0; i < field_count; i++) {
      free((void *)fields[i].data);
    }
  }
  fclose(file);
  printf("%d answers, %d of them wrong\n", asked, failures);
  return failures != 0;
}
