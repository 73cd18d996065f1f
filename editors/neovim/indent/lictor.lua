-- Indents by the brackets that are open, as `lictor fmt` does.

if vim.b.did_indent then
  return
end
vim.b.did_indent = 1

vim.bo.indentexpr = "v:lua.require'lictor'.indent(v:lnum)"
vim.bo.indentkeys = "0},0],0),o,O,!^F"
vim.b.undo_indent = "setlocal indentexpr< indentkeys<"
