-- Trying a policy out: its tests, the decision of a sample request while somebody types, what a change decides otherwise, and instructions.

local M = {}

--- The one sample that is looked at, and where its decision is shown.
local WATCH, DECISION = "view", "lictor://decision"

local function server(buffer)
  local all = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer }) or vim.tbl_values(vim.lsp.buf_get_clients(buffer))
  for _, client in ipairs(all) do
    if client.name == "lictor" then
      return client
    end
  end
end

--- Asks the server, and hands on what it answers; what it refuses is told.
local function ask(buffer, command, wanted, take)
  local client = server(buffer)
  if not client then
    vim.notify("The language server of Lictor does not run here.", vim.log.levels.WARN)
    return
  end
  local answer = function(refused, result)
    if refused then
      vim.notify(refused.message, vim.log.levels.WARN)
    else
      take(result)
    end
  end
  local params = { command = command, arguments = { wanted } }
  if vim.fn.has("nvim-0.11") == 1 then
    client:request("workspace/executeCommand", params, answer, buffer)
  else
    client.request("workspace/executeCommand", params, answer, buffer)
  end
end

--- Puts a text into the buffer of a name, which is made where there is none.
local function say(name, text)
  local buffer = vim.fn.bufnr("^" .. name .. "$")
  if buffer == -1 then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, name)
  end
  vim.api.nvim_buf_set_option(buffer, "modifiable", true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text:gsub("\n$", ""), "\n"))
  vim.api.nvim_buf_set_option(buffer, "modifiable", false)
  return buffer
end

--- Shows a text below the policy, without leaving it.
local function show(name, text)
  local buffer = say(name, text)
  if vim.fn.bufwinid(buffer) == -1 then
    local here = vim.api.nvim_get_current_win()
    vim.cmd("belowright sbuffer " .. buffer)
    vim.api.nvim_set_current_win(here)
  end
end

local function decision(decided)
  local lines = {}
  if decided.sample and decided.sample ~= vim.NIL then
    local name = vim.fn.fnamemodify(vim.uri_to_fname(decided.sample.uri), ":t")
    table.insert(lines, ("%s, line %d"):format(name, decided.sample.range.start.line + 1))
  end
  if not decided.current and decided.decision ~= vim.NIL then
    table.insert(lines, ("NOT OF THE POLICY AS IT STANDS: %s."):format(decided.problem))
    table.insert(lines, "The last decision was:")
  end
  return table.concat(lines, "\n") .. "\n" .. decided.text
end

--- What the server tells when the sample that is looked at is decided otherwise.
function M.handler(_, decided)
  if decided.watch == WATCH and vim.fn.bufnr("^" .. DECISION .. "$") ~= -1 then
    say(DECISION, decision(decided))
  end
end

--- Decides the sample with this number among those beside the policy, or one that is chosen, now and with every edit.
function M.decide(buffer, number)
  local uri = vim.uri_from_bufnr(buffer)
  local function take(sample)
    if sample then
      local wanted = { uri = sample.place.uri, line = sample.place.range.start.line }
      ask(buffer, "lictor.decideSample", { uri = uri, sample = wanted, watch = WATCH }, function(decided)
        show(DECISION, decision(decided))
      end)
    end
  end
  ask(buffer, "lictor.listSamples", { uri = uri }, function(samples)
    if #samples == 0 then
      vim.notify("No sample requests stand beside this policy: write them into requests.ndjson, one on a line.", vim.log.levels.WARN)
    elseif number then
      take(samples[number] or vim.notify(("There are %d sample requests."):format(#samples), vim.log.levels.WARN))
    else
      local label = function(sample)
        return sample.label
      end
      vim.ui.select(samples, { prompt = "Which request is decided while you type?", format_item = label }, take)
    end
  end)
end

--- Shows which sample requests are decided otherwise than by the policy on disk.
function M.preview(buffer)
  ask(buffer, "lictor.previewFlips", { uri = vim.uri_from_bufnr(buffer) }, function(answer)
    show("lictor://changes", answer.text)
  end)
end

--- Shows what is run for the rule at the cursor.
function M.instructions(buffer)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local position = { line = row - 1, character = vim.str_utfindex(vim.api.nvim_get_current_line(), column) }
  local wanted = { uri = vim.uri_from_bufnr(buffer), position = position }
  ask(buffer, "lictor.disassembleRule", wanted, function(answer)
    show("lictor://instructions", answer.text)
  end)
end

--- Runs all tests of the project, or those of a name; those that fail are marked where they stand.
function M.test(buffer, name)
  ask(buffer, "lictor.runTests", { uri = vim.uri_from_bufnr(buffer), test = name }, function() end)
end

--- The commands of a buffer with a policy.
function M.commands(buffer)
  local command = function(name, run, options)
    vim.api.nvim_buf_create_user_command(buffer, name, run, options)
  end
  command("LictorDecide", function(call)
    M.decide(buffer, tonumber(call.args))
  end, { nargs = "?", desc = "Decide a sample request while you type" })
  command("LictorPreview", function()
    M.preview(buffer)
  end, { desc = "Which sample requests a change decides otherwise" })
  command("LictorInstructions", function()
    M.instructions(buffer)
  end, { desc = "What is run for the rule at the cursor" })
  command("LictorTest", function(call)
    M.test(buffer, call.args ~= "" and call.args or nil)
  end, { nargs = "?", desc = "Run the tests of the project, or those of a name" })
end

return M
