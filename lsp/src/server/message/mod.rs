//! The messages, a file each. The function `answer` of a request gives its answer; the function `take` of a notification takes it in.

// The life of the server, and of its workspace.
pub mod initialize;
pub mod initialized;
pub mod did_change_configuration;
pub mod did_change_workspace_folders;
pub mod did_change_watched_files;

// Documents.
pub mod did_open;
pub mod did_change;
pub mod did_save;
pub mod did_close;

// What is wrong.
pub mod diagnostic;
pub mod workspace_diagnostic;

// One policy by itself.
pub mod formatting;
pub mod range_formatting;
pub mod on_type_formatting;
pub mod document_symbol;
pub mod symbol;
pub mod folding_range;
pub mod selection_range;
pub mod semantic_tokens;

// One policy among others.
pub mod hover;
pub mod completion;
pub mod definition;
pub mod references;
pub mod document_highlight;
pub mod rename;
pub mod document_link;
pub mod inlay_hint;
pub mod signature_help;
pub mod type_definition;
pub mod call_hierarchy;
pub mod text_document_content;
pub mod code_action;
pub mod code_lens;
pub mod execute_command;
