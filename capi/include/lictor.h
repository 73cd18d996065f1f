// Lictor for C. Written from capi/src by cbindgen; do not edit.
//
// What is given to a function stays the caller's, and is not kept after it returns. What a function gives back is freed with the
// function that its description names, once, and with no other. Texts are UTF-8, have a length and end in no zero byte.
//
// All functions may be called from any thread at any time, also with the same engine; but nobody may use an engine that is being
// freed, or was.

#ifndef LICTOR_H
#define LICTOR_H

#include <stddef.h>
#include <stdint.h>

// How a call ended.
typedef enum {
  // It did what it was asked to.
  LICTOR_OK = 0,
  // It was called wrongly: with a null pointer where there must be something.
  LICTOR_MISUSED = 1,
  // A bundle or a key was refused; the text begins with the code, such as `B0107`.
  LICTOR_REFUSED = 2,
  // A fault of the library itself. Nothing was decided, so nothing is allowed.
  LICTOR_FAULT = 3,
} lictor_status;

// What is decided. What was zeroed and never written refuses.
typedef enum {
  // It may not happen.
  LICTOR_DENY = 0,
  // It may happen once people approved it.
  LICTOR_STEP_UP = 1,
  // It may happen.
  LICTOR_ALLOW = 2,
} lictor_verdict;

// An engine: a verified bundle that decides, and that can be replaced by another. Behind the pointer is nothing for others to see.
typedef struct lictor_engine lictor_engine;

// A text that the library made, in UTF-8, without a zero byte at its end. Freed with `lictor_text_free`.
typedef struct {
  // Where it begins; NULL where there is none.
  uint8_t *data;
  // How many bytes it has.
  size_t length;
} lictor_text;

// Bytes of the caller's, which stay the caller's. No bytes are `{ NULL, 0 }`.
typedef struct {
  // Where they begin. May be NULL where there are none.
  const uint8_t *data;
  // How many they are.
  size_t length;
} lictor_bytes;

// What a host asks of a bundle. What is left zero asks for nothing; but without keys nobody is trusted, and a bundle that expires is
// refused where nothing says what time it is.
typedef struct {
  // Public keys, each the text of a PEM file as `lictor keygen` writes it. One of them must have signed.
  const lictor_bytes *keys;
  // How many keys.
  size_t key_count;
  // In their place the trusted keys with what each may sign: the file that `lictor keys` writes.
  lictor_bytes trusted;
  // The lowest number of an edition that is taken: the highest one that this host has loaded.
  uint64_t min_sequence;
  // What time it is, in milliseconds since 1970 UTC; 0 where that is not said.
  int64_t now;
  // The most steps that deciding a request may take; 0 for as many as any bundle may.
  uint64_t max_steps;
} lictor_requirements;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Frees a text and leaves none in its place, so that doing it again does nothing. NULL is no text, too.
//
// # Safety
// `text` is NULL, or points to a text that a function of this library has written, or to `{ NULL, 0 }`.
void lictor_text_free(lictor_text *text);

// Loads a bundle and verifies all of it: its signature, what is required of it, then its contents, down to every instruction.
//
// On `LICTOR_OK`, `*engine` is a handle to be freed with `lictor_engine_free`; else it is NULL. `error` may be NULL; else `*error` tells
// what is wrong, to be freed with `lictor_text_free`.
//
// # Safety
// `bundle` can be read; `requirements` is NULL or can be read with each of its keys; `engine` and `error` are NULL or can be written to.
lictor_status lictor_engine_load(lictor_bytes bundle,
                                 const lictor_requirements *requirements,
                                 lictor_engine **engine,
                                 lictor_text *error);

// Gives another handle of the same engine, for whoever needs it for a time of his own. Cheap: nothing is copied. Each handle is freed by
// itself, with `lictor_engine_free`, and each sees what is swapped through another. NULL where `engine` is.
//
// # Safety
// `engine` is NULL or a handle that was not freed.
lictor_engine *lictor_engine_clone(const lictor_engine *engine);

// Frees a handle. What it was a handle of ends with the last one. NULL is ignored.
//
// # Safety
// `engine` is NULL or a handle that was not freed, and that nobody uses any more.
void lictor_engine_free(lictor_engine *engine);

// Puts another bundle in force, loaded and verified as `lictor_engine_load` does it. Decisions that have begun end by the old one, and
// nobody waits. Where the new one is refused, the old one stays in force.
//
// # Safety
// As `lictor_engine_load`; `engine` is NULL or a handle that was not freed.
lictor_status lictor_engine_swap(const lictor_engine *engine,
                                 lictor_bytes bundle,
                                 const lictor_requirements *requirements,
                                 lictor_text *error);

// Lists the facts that deciding a request may need and that it does not carry, as a JSON array: `[]` where there are none. The host
// finds them out and decides with them. What only follows from a fact's answer is listed once that fact is there.
//
// `request` and `said` are as in `lictor_engine_decide`. On `LICTOR_OK`, `*facts` is a text to be freed with `lictor_text_free`, else
// there is none; `error` is as in `lictor_engine_load`.
//
// # Safety
// `engine` is NULL or a handle that was not freed; `request` and `said` can be read; `facts` and `error` are NULL or can be written to.
lictor_status lictor_engine_facts_needed(const lictor_engine *engine,
                                         lictor_bytes request,
                                         lictor_bytes said,
                                         lictor_text *facts,
                                         lictor_text *error);

// Decides a request, a JSON object, and writes what is decided to `*verdict`: `LICTOR_DENY` also where anything goes wrong.
//
// Where who asks is not who vouches, `request` is what the caller asks for (`action` and `params`), and `said` what the host says of it
// (`agent`, `user`, `mandate`, `context`, `facts`): whatever comes from the wrong side is refused. Where `said` is `{ NULL, 0 }`,
// `request` holds both. A request that cannot be read is refused, which is a decision like any other: `LICTOR_OK`.
//
// `decision` may be NULL, which is faster; else `*decision` is the whole decision as a JSON object, with all reasons in words, to be
// freed with `lictor_text_free`. `error` is as in `lictor_engine_load`.
//
// # Safety
// `engine` is NULL or a handle that was not freed; `request` and `said` can be read; `verdict`, `decision` and `error` are NULL or can be
// written to.
lictor_status lictor_engine_decide(const lictor_engine *engine,
                                   lictor_bytes request,
                                   lictor_bytes said,
                                   lictor_verdict *verdict,
                                   lictor_text *decision,
                                   lictor_text *error);

// Decides a request that holds all that is said of it, and explains the decision: every rule, every value it read, and for what was not
// allowed a change of one field that would have passed. For authors, auditors and operators, and not to be passed on to an agent.
// It takes some thousand times as long as to decide.
//
// On `LICTOR_OK`, `*explanation` is a JSON object, the decision with a member `explanation`, to be freed with `lictor_text_free`; else
// there is none. `error` is as in `lictor_engine_load`.
//
// # Safety
// `engine` is NULL or a handle that was not freed; `request` can be read; `explanation` and `error` are NULL or can be written to.
lictor_status lictor_engine_explain(const lictor_engine *engine,
                                    lictor_bytes request,
                                    lictor_text *explanation,
                                    lictor_text *error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LICTOR_H */
