// Says where an item begins: at a word in column 1. Everything else the grammar says itself.

#include "tree_sitter/parser.h"

enum TokenType { COLUMN_1, NOTHING };

void *tree_sitter_lictor_external_scanner_create(void) { return NULL; }

void tree_sitter_lictor_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_lictor_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_lictor_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

static bool begins_word(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The line breaks before a word in column 1. It does not matter whether an item may begin here: where none may, the one above is
// broken, and the parser goes on with this one.
bool tree_sitter_lictor_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  bool line_broken = false;
  bool column_1 = false;
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t' || lexer->lookahead == '\r' || lexer->lookahead == '\n') {
    column_1 = lexer->lookahead == '\n';
    line_broken |= column_1;
    // After an error the parser takes no token without a length, so line breaks belong to it.
    lexer->advance(lexer, !line_broken);
  }
  if (!begins_word(lexer->lookahead)) return false;
  if (!column_1 && (line_broken || !valid_symbols[COLUMN_1] || lexer->get_column(lexer) != 0)) return false;
  lexer->mark_end(lexer);
  lexer->result_symbol = COLUMN_1;
  return true;
}
