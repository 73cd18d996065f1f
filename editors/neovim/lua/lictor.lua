-- Policies in Neovim: the language server, colours by tree-sitter, indentation. It works from Neovim 0.7 on.

local M = {}

--- What can be changed by `require("lictor").setup { … }` in the user's configuration.
M.options = {
  -- How the server is started.
  cmd = { "lictor", "lsp" },
  -- What the server is told: `{ projects = { "policies" } }` says which folders are projects.
  settings = {},
  -- Whether a policy is laid out when it is saved.
  format_on_save = false,
  -- What a completion plugin says it can do; nothing: what Neovim can do by itself.
  capabilities = nil,
  -- Called with the client and the buffer once the server is there: the place for keys.
  on_attach = nil,
}

--- Changes the options.
function M.setup(options)
  M.options = vim.tbl_extend("force", M.options, options or {})
end

--- The folder that is the server's: the one with the repository, else the one with the file.
local function root_of(file)
  local folder = vim.fn.fnamemodify(file, ":p:h")
  for _, mark in ipairs({ ".git", ".hg" }) do
    local found = vim.fn.finddir(mark, folder .. ";")
    found = found ~= "" and found or vim.fn.findfile(mark, folder .. ";")
    if found ~= "" then
      return vim.fn.fnamemodify(found, ":p"):gsub("/+$", ""):match("^(.*)/[^/]+$")
    end
  end
  return folder
end

local function format(client, buffer)
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ bufnr = buffer, id = client.id })
  else
    vim.lsp.buf.formatting_sync()
  end
end

local function on_attach(client, buffer)
  vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
  require("lictor.try").commands(buffer)
  if M.options.format_on_save then
    vim.api.nvim_create_autocmd("BufWritePre", {
      buffer = buffer,
      callback = function()
        format(client, buffer)
      end,
    })
  end
  if M.options.on_attach then
    M.options.on_attach(client, buffer)
  end
end

--- What the client can do: also be told when a sample is decided otherwise.
local function capabilities()
  local said = M.options.capabilities or vim.lsp.protocol.make_client_capabilities()
  return vim.tbl_deep_extend("force", said, { experimental = { lictorSamples = true } })
end

local function configuration(root)
  return {
    name = "lictor",
    cmd = M.options.cmd,
    root_dir = root,
    workspace_folders = { { name = root, uri = vim.uri_from_fname(root) } },
    init_options = next(M.options.settings) and M.options.settings or nil,
    settings = next(M.options.settings) and { lictor = M.options.settings } or nil,
    capabilities = capabilities(),
    handlers = { ["lictor/sampleDecided"] = require("lictor.try").handler },
    on_attach = on_attach,
  }
end

local warned = false

--- Which server each folder has, where Neovim does not remember it: before 0.8.
local clients = {}

local function start(buffer, root)
  if vim.lsp.start then
    vim.lsp.start(configuration(root), { bufnr = buffer })
    return
  end
  local id = clients[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(configuration(root))
    clients[root] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

--- A capture such as `keyword.import` has the colour of `keyword`, where Neovim has none for it: before 0.8.
local function colour_old(buffer)
  local highlighter = require("vim.treesitter.highlighter")
  local query = vim.treesitter.query.get_query("lictor", "highlights")
  local more = { variable = "Identifier", module = "Include", number = "Number", boolean = "Boolean" }
  for _, capture in ipairs(query.captures) do
    local general = capture:match("^[^.]+")
    local group = highlighter.hl_map[capture] or highlighter.hl_map[general] or more[general]
    highlighter.hl_map[capture] = group
  end
  highlighter.new(vim.treesitter.get_parser(buffer, "lictor"))
end

--- Colours a buffer, where the parser is there.
local function colour(buffer)
  if #vim.api.nvim_get_runtime_file("parser/lictor.so", false) == 0 then
    return
  end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, "lictor")
  else
    colour_old(buffer)
  end
end

--- Starts what a buffer with a policy has: colours and the server.
function M.attach(buffer)
  colour(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  if file == "" or vim.bo[buffer].buftype ~= "" then
    return
  end
  if vim.fn.executable(M.options.cmd[1]) == 0 then
    if not warned then
      warned = true
      local text = "`%s` is not there, so policies are coloured, but not checked: install Lictor, or set `cmd`."
      vim.notify(text:format(M.options.cmd[1]), vim.log.levels.WARN)
    end
    return
  end
  start(buffer, root_of(file))
end

--- A line without what is in texts and comments.
local function code_of(line)
  return (line:gsub("\\.", ""):gsub('"[^"]*"?', ""):gsub("//.*$", ""))
end

local function count(text, signs)
  return select(2, text:gsub(signs, ""))
end

--- By how many columns a line is indented: as `lictor fmt` does, by the brackets of its item that are open. A parameter and an
--- exception go on without any.
function M.indent(number)
  local first, open, blank = number - 1, 0, false
  while first >= 1 do
    local text = vim.fn.getline(first)
    local code = code_of(text)
    blank = blank or text == ""
    open = open + count(code, "[%[{(]") - count(code, "[%]})]")
    if code:match("^%a") then
      break
    end
    first = first - 1
  end
  local line = vim.fn.getline(number)
  local closing = code_of(line):match("^%s*([%]}),%s]*)") or ""
  local depth = math.max(open - count(closing, "[%]})]"), 0)
  local item = vim.fn.getline(math.max(first, 1)):match("^%a+")
  local goes_on = item == "param" or item == "except"
  if depth == 0 and goes_on and not blank and not line:match("^%s*///") then
    depth = 1
  end
  return depth * vim.bo.shiftwidth
end

return M
