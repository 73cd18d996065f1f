/* Embeds Lictor in a C program: loads a signed bundle, finds out what it asks for, decides, explains, and replaces the policy.
 *
 *   cc -I capi/include shop.c -L target/release -llictor -o shop
 *   ./shop shop.bundle release.pub stricter.bundle
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lictor.h"

/* A whole file; the program ends where it cannot be read. */
static lictor_bytes read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  uint8_t *data = malloc(1 << 20);
  if (file == NULL || data == NULL) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(2);
  }
  lictor_bytes bytes = {data, fread(data, 1, 1 << 20, file)};
  fclose(file);
  return bytes;
}

static lictor_bytes text(const char *text) {
  lictor_bytes bytes = {(const uint8_t *)text, strlen(text)};
  return bytes;
}

/* Prints what a function gave back, and frees it. */
static void show(const char *what, lictor_text *given) {
  printf("%s%.*s\n", what, (int)given->length, (const char *)given->data);
  lictor_text_free(given);
}

/* Decides what an agent asks for. What the host says of it is kept apart: the agent cannot say who it is, or what the facts are. */
static void decide(const lictor_engine *engine, const char *price, const char *facts) {
  char asked[200], said[400];
  snprintf(asked, sizeof asked,
           "{\"action\": \"shop.buy\", \"params\": {\"seller\": \"s-1\", \"price\": {\"amount\": \"%s\", \"currency\": \"USD\"}}}",
           price);
  snprintf(said, sizeof said,
           "{\"agent\": {\"id\": \"a-1\"}, \"context\": {\"now\": \"2026-03-02T10:00:00Z\"}, \"facts\": [%s]}", facts);

  lictor_text needed, decision, error;
  if (lictor_engine_facts_needed(engine, text(asked), text(said), &needed, &error) != LICTOR_OK) {
    show("error: ", &error);
    return;
  }
  show("needed: ", &needed);

  lictor_verdict verdict;
  if (lictor_engine_decide(engine, text(asked), text(said), &verdict, &decision, &error) != LICTOR_OK) {
    show("error: ", &error);
    return;
  }
  printf("%s\n", verdict == LICTOR_ALLOW ? "allowed" : verdict == LICTOR_STEP_UP ? "somebody must be asked" : "refused");
  show("decision: ", &decision);
}

int main(int count, char **words) {
  if (count != 4) {
    fprintf(stderr, "usage: shop BUNDLE KEY OTHER_BUNDLE\n");
    return 2;
  }
  lictor_bytes bundle = read_file(words[1]), key = read_file(words[2]), other = read_file(words[3]);
  lictor_engine *engine;
  lictor_text error;
  lictor_requirements required = {.keys = &key, .key_count = 1, .now = (int64_t)time(NULL) * 1000};
  if (lictor_engine_load(bundle, &required, &engine, &error) != LICTOR_OK) {
    show("error: ", &error);
    return 1;
  }

  const char *not_blocked = "{\"fact\": \"seller_blocked\", \"args\": {\"seller\": \"s-1\"}, \"value\": false}";
  decide(engine, "20.00", "");
  decide(engine, "20.00", not_blocked);
  decide(engine, "90.00", not_blocked);
  decide(engine, "120.00", not_blocked);

  /* The policy is replaced; a bundle that is refused changes nothing. */
  if (lictor_engine_swap(engine, text("no bundle"), &required, &error) != LICTOR_OK) {
    show("error: ", &error);
  }
  if (lictor_engine_swap(engine, other, &required, &error) != LICTOR_OK) {
    show("error: ", &error);
  }
  decide(engine, "20.00", not_blocked);

  lictor_text explanation;
  const char *whole =
      "{\"action\": \"shop.buy\", \"params\": {\"seller\": \"s-1\", \"price\": {\"amount\": \"20.00\", \"currency\": \"USD\"}},"
      " \"agent\": {\"id\": \"a-1\"}, \"context\": {\"now\": \"2026-03-02T10:00:00Z\"}, \"facts\": []}";
  if (lictor_engine_explain(engine, text(whole), &explanation, &error) == LICTOR_OK) {
    show("explained: ", &explanation);
  } else {
    show("error: ", &error);
  }

  lictor_engine_free(engine);
  free((void *)bundle.data);
  free((void *)key.data);
  free((void *)other.data);
  return 0;
}
