-- What holds in every buffer with a policy. `vim.g.lictor` is set up in the user's configuration: see the README.

if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.bo.commentstring = "// %s"
vim.bo.comments = ":///,://!,://"
vim.bo.expandtab = true
vim.bo.shiftwidth = 2
vim.bo.softtabstop = 2
-- A comment goes on with the next line, and breaks where it is too long; the policy does not.
vim.opt_local.formatoptions:append("croql")
vim.opt_local.formatoptions:remove("t")

vim.b.undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< formatoptions<"

require("lictor").attach(vim.api.nvim_get_current_buf())
