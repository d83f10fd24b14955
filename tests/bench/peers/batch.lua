-- wrk script: every request is a batch of new, valid events with ids of their sender's.
--   wrk -t1 -c4 -d10s -s batch.lua http://127.0.0.1:8000/api/v1/webhook/ingest/batch -- SECRET [ITEMS]
local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
dofile(folder .. "summary.lua")
local types = { "call_dial", "call_dial", "call_dial", "call_connect", "email_sent", "meeting_booked" }
local n, secret, items = 0, "", 1000
local salt = tostring(os.time())

function init(args)
  secret = args[1] or ""
  items = tonumber(args[2] or "1000")
end

function request()
  local events = {}
  for position = 1, items do
    n = n + 1
    events[position] = string.format(
      '{"source":"bench","event_type":"%s","user_id":"sdr-%03d","external_id":"%s-%d","metadata":{"call_id":"c-%d"}}',
      types[n % #types + 1], n % 200, salt, n, n)
  end
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["X-RIFT-SECRET"] = secret },
    "[" .. table.concat(events, ",") .. "]")
end
