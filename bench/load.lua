-- wrk -s load.lua URL -- METHOD FILE: each request has the next line of the file as its body; when
-- there are no more it stops. Tells what came of it as one line of JSON.

local requests, sent = {}, 0

function init(arguments)
  for body in io.lines(arguments[2]) do
    requests[#requests + 1] = wrk.format(arguments[1], nil, nil, body)
  end
end

function request()
  sent = sent + 1
  if sent >= #requests then
    wrk.thread:stop()
  end
  return requests[math.min(sent, #requests)]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "failed": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
