/* Calls everything wrongly, and many times at once. Ends with 0 where each call answered as the header says. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lictor.h"

static const lictor_bytes NOTHING = {NULL, 0};

static lictor_bytes text(const char *text) {
  lictor_bytes bytes = {(const uint8_t *)text, strlen(text)};
  return bytes;
}

static lictor_bytes read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  assert(file != NULL);
  uint8_t *data = malloc(1 << 20);
  lictor_bytes bytes = {data, fread(data, 1, 1 << 20, file)};
  fclose(file);
  return bytes;
}

static int begins(const lictor_text *given, const char *with) {
  return given->length >= strlen(with) && memcmp(given->data, with, strlen(with)) == 0;
}

static lictor_bytes request;

/* A thread of its own, with a handle of its own. */
static void *decide_often(void *handle) {
  for (int i = 0; i < 500; i++) {
    lictor_verdict verdict = LICTOR_DENY;
    assert(lictor_engine_decide(handle, request, NOTHING, &verdict, NULL, NULL) == LICTOR_OK);
    assert(verdict == LICTOR_ALLOW || verdict == LICTOR_STEP_UP);
  }
  lictor_engine_free(handle);
  return NULL;
}

int main(int count, char **words) {
  assert(count == 5);
  lictor_bytes bundle = read_file(words[1]), key = read_file(words[2]), other = read_file(words[3]);
  lictor_requirements required = {.keys = &key, .key_count = 1};
  request = text(words[4]);
  lictor_engine *engine = (lictor_engine *)&bundle;
  lictor_text error;

  lictor_requirements nothing = {0}, no_keys_but_one = {.key_count = 1}, later = {.keys = &key, .key_count = 1, .min_sequence = 5};
  lictor_requirements no_key = {.keys = &bundle, .key_count = 1}, empty_key = {.keys = &NOTHING, .key_count = 1};
  lictor_requirements few_steps = {.keys = &key, .key_count = 1, .max_steps = 1};

  /* Loading: no place, no bundle, no keys, wrong keys, wrong bytes. */
  assert(lictor_engine_load(bundle, &required, NULL, &error) == LICTOR_MISUSED);
  assert(begins(&error, "there is no place for the engine"));
  lictor_text_free(&error);
  assert(error.data == NULL && error.length == 0);
  lictor_text_free(&error);
  lictor_text_free(NULL);
  assert(lictor_engine_load(NOTHING, &required, &engine, NULL) == LICTOR_MISUSED && engine == NULL);
  assert(lictor_engine_load(bundle, &no_keys_but_one, &engine, NULL) == LICTOR_MISUSED && engine == NULL);
  assert(lictor_engine_load(bundle, &nothing, &engine, &error) == LICTOR_REFUSED && engine == NULL);
  assert(begins(&error, "B0107"));
  lictor_text_free(&error);
  assert(lictor_engine_load(bundle, &empty_key, &engine, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_load(bundle, &no_key, &engine, &error) == LICTOR_REFUSED && engine == NULL);
  assert(begins(&error, "B0140"));
  lictor_text_free(&error);
  assert(lictor_engine_load(key, &required, &engine, &error) == LICTOR_REFUSED && engine == NULL);
  assert(begins(&error, "B0102"));
  lictor_text_free(&error);
  assert(lictor_engine_load(bundle, NULL, &engine, NULL) == LICTOR_MISUSED && engine == NULL);
  lictor_requirements twice = required, set = {.trusted = text("{}")};
  twice.trusted = set.trusted;
  assert(lictor_engine_load(bundle, &twice, &engine, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_load(bundle, &set, &engine, &error) == LICTOR_REFUSED && begins(&error, "B01"));
  lictor_text_free(&error);
  assert(lictor_engine_load(bundle, &later, &engine, &error) == LICTOR_REFUSED && begins(&error, "B0175"));
  lictor_text_free(&error);
  assert(lictor_engine_load(bundle, &few_steps, &engine, NULL) == LICTOR_REFUSED && engine == NULL);
  for (size_t length = 0; length < bundle.length; length += 7) {
    lictor_bytes cut = {bundle.data, length};
    assert(lictor_engine_load(cut, &required, &engine, NULL) == LICTOR_REFUSED && engine == NULL);
  }
  assert(lictor_engine_load(bundle, &required, &engine, &error) == LICTOR_OK);
  assert(engine != NULL && error.data == NULL && error.length == 0);

  /* Without an engine, without a request, without places. */
  lictor_verdict verdict = LICTOR_ALLOW;
  lictor_text given;
  assert(lictor_engine_decide(NULL, request, NOTHING, &verdict, &given, NULL) == LICTOR_MISUSED);
  assert(verdict == LICTOR_DENY && given.data == NULL);
  verdict = LICTOR_ALLOW;
  assert(lictor_engine_decide(engine, NOTHING, NOTHING, &verdict, NULL, NULL) == LICTOR_MISUSED);
  assert(verdict == LICTOR_DENY);
  assert(lictor_engine_decide(engine, request, NOTHING, NULL, &given, NULL) == LICTOR_MISUSED);
  assert(given.data == NULL);
  assert(lictor_engine_facts_needed(NULL, request, NOTHING, &given, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_facts_needed(engine, request, NOTHING, NULL, NULL) == LICTOR_OK);
  assert(lictor_engine_explain(NULL, request, &given, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_explain(engine, request, NULL, NULL) == LICTOR_OK);
  assert(lictor_engine_swap(NULL, bundle, &required, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_swap(engine, NOTHING, &required, NULL) == LICTOR_MISUSED);
  assert(lictor_engine_swap(engine, key, &required, &error) == LICTOR_REFUSED);
  lictor_text_free(&error);
  assert(lictor_engine_clone(NULL) == NULL);
  lictor_engine_free(NULL);

  /* What is no request is refused, and that is a decision. */
  verdict = LICTOR_ALLOW;
  assert(lictor_engine_decide(engine, text("{"), NOTHING, &verdict, &given, &error) == LICTOR_OK);
  assert(verdict == LICTOR_DENY && begins(&given, "{\"decision\":\"deny\""));
  lictor_text_free(&given);
  lictor_bytes empty = {(const uint8_t *)"", 0};
  verdict = LICTOR_ALLOW;
  assert(lictor_engine_decide(engine, empty, NOTHING, &verdict, NULL, NULL) == LICTOR_OK);
  assert(verdict == LICTOR_DENY);
  /* An empty text on the host's side is a side all the same. */
  verdict = LICTOR_ALLOW;
  assert(lictor_engine_decide(engine, request, empty, &verdict, NULL, NULL) == LICTOR_OK);
  assert(verdict == LICTOR_DENY);
  assert(lictor_engine_decide(engine, request, NOTHING, &verdict, NULL, NULL) == LICTOR_OK);
  assert(verdict == LICTOR_ALLOW);

  /* Threads decide by handles of their own while the policy is replaced. */
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) {
    assert(pthread_create(&threads[i], NULL, decide_often, lictor_engine_clone(engine)) == 0);
  }
  for (int i = 0; i < 20; i++) {
    assert(lictor_engine_swap(engine, i % 2 ? bundle : other, &required, NULL) == LICTOR_OK);
  }
  lictor_engine_free(engine);
  for (int i = 0; i < 4; i++) {
    assert(pthread_join(threads[i], NULL) == 0);
  }
  free((void *)bundle.data);
  free((void *)key.data);
  free((void *)other.data);
  puts("as the header says");
  return 0;
}
