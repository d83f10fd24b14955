-- wrk script: new, valid events, so many a second (0: as fast as they are answered) and so many bytes each.
--   wrk -t1 -c64 -d10s -s paced.lua http://127.0.0.1:8000/api/v1/webhook/ingest -- SECRET RATE BYTES
-- Requests keep to a timetable, so one that was answered late does not lower the rate.
local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
dofile(folder .. "summary.lua")
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds; long nanoseconds; } moment; int clock_gettime(int clock, moment *now);")
local clock = ffi.new("moment")
local n, planned, secret, rate, padding = 0, 0, "", 0, ""
local salt, started = tostring(os.time()), nil

local function milliseconds()
  ffi.C.clock_gettime(1, clock)
  return tonumber(clock.seconds) * 1000 + tonumber(clock.nanoseconds) / 1e6
end

function init(args)
  secret = args[1] or ""
  rate = tonumber(args[2] or "0")
  padding = string.rep("x", math.max(0, tonumber(args[3] or "0") - 150))
end

function delay()
  if rate == 0 then return 0 end
  started = started or milliseconds()
  planned = planned + 1
  return math.max(0, math.floor(started + planned * 1000 / rate - milliseconds()))
end

function request()
  n = n + 1
  local body = string.format(
    '{"source":"bench","event_type":"call_dial","user_id":"sdr-%03d","external_id":"%s-%d","metadata":{"x":"%s"}}',
    n % 200, salt, n, padding)
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["X-RIFT-SECRET"] = secret }, body)
end
