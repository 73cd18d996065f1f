-- The language server in a real Neovim, on a real project: `editors/tests/run` copies `examples/deploys/policy` and says where to.
-- What the server does not advertise is skipped, and said to be.

local project, program = os.getenv("LICTOR_PROJECT"), os.getenv("LICTOR")
local patience = 20000
local failures = 0

local function test(name, run)
  local ok, result = pcall(run)
  local outcome = ok and (result and "skipped: " .. result or "ok") or "FAILED: " .. tostring(result)
  failures = failures + (ok and 0 or 1)
  io.stdout:write(("neovim: %s ... %s\n"):format(name, outcome))
end

local function equal(is, should)
  if not vim.deep_equal(is, should) then
    error(("is %s, should be %s"):format(vim.inspect(is), vim.inspect(should)), 2)
  end
end

local function wait(what, condition)
  if not vim.wait(patience, condition, 20) then
    error("waited in vain for " .. what, 2)
  end
end

require("lictor").setup({ cmd = { program, "lsp" }, settings = { projects = { "." } } })
vim.cmd("edit " .. vim.fn.fnameescape(project .. "/base.lictor"))
local buffer = vim.api.nvim_get_current_buf()

local function lines()
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end
local original = lines()

local function restore()
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, original)
  wait("no mistakes", function()
    return #vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }) == 0
  end)
end

--- Where a text stands for the nth time: its line and column from 0.
local function find(text, nth)
  for row, line in ipairs(lines()) do
    local column = line:find(text, 1, true)
    if column then
      nth = (nth or 1) - 1
      if nth == 0 then
        return row - 1, column - 1
      end
    end
  end
  error("there is no " .. text)
end

local function replace(text, by, nth)
  local row, column = find(text, nth)
  vim.api.nvim_buf_set_text(buffer, row, column, row, column + #text, { by })
  return row, column
end

local function client()
  return select(2, next(vim.lsp.buf_get_clients(buffer)))
end

local function lacks(capability)
  return not client().server_capabilities[capability] and "the server does not advertise " .. capability or nil
end

local function ask(method, params)
  local answer, reason = client().request_sync(method, params, patience, buffer)
  assert(answer, reason)
  assert(not answer.err, vim.inspect(answer.err))
  return answer.result
end

--- The parameters of a question about a place.
local function at(row, column, more)
  local place = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = row, character = column } }
  return vim.tbl_extend("force", place, more or {})
end

local function apply(edit)
  vim.lsp.util.apply_workspace_edit(edit, client().offset_encoding or "utf-16")
end

test("the server is started for the project", function()
  wait("a client", function()
    return client() and client().initialized
  end)
  equal(client().name, "lictor")
end)

test("policies are coloured by tree-sitter", function()
  local found = {}
  local tree = vim.treesitter.get_parser(buffer, "lictor"):parse()[1]
  local query = vim.treesitter.query.get_query("lictor", "highlights")
  for id, node in query:iter_captures(tree:root(), buffer, 0, -1) do
    found[vim.treesitter.query.get_node_text(node, buffer)] = query.captures[id]
  end
  equal({ found.rule, found.last_call, found.NOBODY_THERE }, { "keyword", "variable", "constant" })
  assert(vim.treesitter.highlighter.active[buffer], "no highlighter")
  assert(not tree:root():has_error(), "the tree has an error")
end)

test("lines are indented as the formatter does", function()
  vim.cmd("silent normal! gg=G")
  local moved = 0
  for row, line in ipairs(lines()) do
    moved = moved + (line == original[row] and 0 or 1)
  end
  -- What the formatter puts on several lines in the middle of a condition is indented by people.
  assert(moved <= 4, moved .. " lines are indented otherwise")
  restore()
end)

test("a mistake is shown while it is there", function()
  local row = replace(">= last_call", ">= last_cal")
  wait("a mistake", function()
    return #vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }) > 0
  end)
  local mistake = vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })[1]
  equal({ mistake.lnum, mistake.source }, { row, "lictor" })
  assert(mistake.message:find("last_cal", 1, true), mistake.message)
  restore()
end)

test("a policy is laid out", function()
  if lacks("documentFormattingProvider") then
    return lacks("documentFormattingProvider")
  end
  replace("tiers { new, proven }", "tiers   {new,proven}")
  vim.lsp.buf.formatting_sync(nil, patience)
  equal(lines(), original)
end)

test("a mistake is mended by a code action", function()
  if lacks("codeActionProvider") then
    return lacks("codeActionProvider")
  end
  replace(">= last_call", ">= last_cal")
  wait("a mistake", function()
    return #vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR }) > 0
  end)
  local mistake = vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })[1]
  local range = {
    start = { line = mistake.lnum, character = mistake.col },
    ["end"] = { line = mistake.end_lnum, character = mistake.end_col },
  }
  local actions = ask("textDocument/codeAction", {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    range = range,
    context = { diagnostics = { { range = range, severity = 1, source = mistake.source, message = mistake.message } } },
  })
  assert(actions and actions[1], "no action is offered")
  local action = actions[1]
  if not action.edit then
    action = ask("codeAction/resolve", action)
  end
  apply(action.edit)
  equal(lines(), original)
end)

test("names are completed", function()
  if lacks("completionProvider") then
    return lacks("completionProvider")
  end
  local row, column = replace(">= last_call", ">= last_")
  local answer = ask("textDocument/completion", at(row, column + #">= last_"))
  local labels = vim.tbl_map(function(item)
    return item.label
  end, answer.items or answer)
  assert(vim.tbl_contains(labels, "last_call"), vim.inspect(labels))
  restore()
end)

test("a name is told about", function()
  if lacks("hoverProvider") then
    return lacks("hoverProvider")
  end
  local row, column = find(">= last_call")
  local answer = ask("textDocument/hover", at(row, column + 3))
  assert(vim.inspect(answer.contents):find("last_call", 1, true), vim.inspect(answer))
end)

test("a name leads to where it is declared", function()
  if lacks("definitionProvider") then
    return lacks("definitionProvider")
  end
  local row, column = find(">= last_call")
  local answer = ask("textDocument/definition", at(row, column + 3))
  local place = vim.tbl_islist(answer) and answer[1] or answer
  equal((place.range or place.targetSelectionRange).start.line, (find("param last_call")))
end)

test("a name is changed everywhere", function()
  if lacks("renameProvider") then
    return lacks("renameProvider")
  end
  local row, column = find(">= last_call")
  apply(ask("textDocument/rename", at(row, column + 3, { newName = "latest_start" })))
  local text = table.concat(lines(), "\n")
  equal({ text:find("last_call", 1, true), text:find("param latest_start", 1, true) ~= nil }, { nil, true })
  restore()
end)

--- What stands in the buffer of this name.
local function view(name)
  local number = vim.fn.bufnr("^lictor://" .. name .. "$")
  return number == -1 and "" or table.concat(vim.api.nvim_buf_get_lines(number, 0, -1, false), "\n")
end

test("a sample is decided while somebody types", function()
  vim.cmd("LictorDecide 1")
  wait("a decision", function()
    return view("decision"):find("^requests.ndjson, line 1\nALLOW  OK\n")
  end)
  equal(vim.api.nvim_get_current_buf(), buffer)
  replace("hours_to_try: Int = 24", "hours_to_try: Int = 100")
  wait("another decision", function()
    return view("decision"):find("^requests.ndjson, line 1\nDENY  NOT_TRIED\n")
  end)
  replace("hours_to_try: Int = 100", "hours_to_try: Intt = 100")
  wait("the word that it is old", function()
    return view("decision"):find("NOT OF THE POLICY AS IT STANDS: the policy has .+ on line %d+ of ")
  end)
  restore()
  wait("the first decision", function()
    return view("decision"):find("^requests.ndjson, line 1\nALLOW  OK\n")
  end)
end)

test("what a change decides otherwise is previewed", function()
  replace("hours_to_try: Int = 24", "hours_to_try: Int = 100")
  vim.cmd("LictorPreview")
  wait("the preview", function()
    return view("changes"):find("requests.ndjson:1  allow → deny NOT_TRIED", 1, true)
  end)
  restore()
end)

test("the instructions of a rule are shown", function()
  vim.api.nvim_win_set_cursor(0, { find("rule tried") + 1, 0 })
  vim.cmd("LictorInstructions")
  wait("instructions", function()
    return view("instructions"):find("rule tidewater.base.tried", 1, true)
  end)
end)

test("tests are run, and one that fails is marked", function()
  replace("hours_to_try: Int = 24", "hours_to_try: Int = 100")
  vim.cmd("LictorTest")
  wait("a mark", function()
    for _, mistake in ipairs(vim.diagnostic.get(nil)) do
      if mistake.source == "lictor test" and mistake.message:find("deny NOT_TRIED", 1, true) then
        return true
      end
    end
  end)
  restore()
end)

test("the server ends when the editor does", function()
  local ending = client()
  ending.stop()
  wait("the end", function()
    return ending.is_stopped()
  end)
end)

vim.cmd(failures == 0 and "qall!" or "cquit 1")
