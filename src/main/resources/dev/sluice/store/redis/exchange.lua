-- One gateway tells how its accounts stand and leases more of them, in one step.
--
-- KEYS: the pool, its opening, what is wanted, the gateways, then one key for each account.
-- ARGV: gateway, instance, "1" for the instance's first time, the exchange's number, the server's run, a fresh
--       generation, the opening's milliseconds; then eleven for each account: name, hard, amount, keep, need, used, want,
--       least, cushion, milliseconds to keep it (0 for ever), milliseconds for which another gateway's part counts after
--       it was told (0 for ever).
--
-- An account is a hash: by gateway "lease need used asked told", where asked is when it last missed something, or 0.
-- Amounts may have 61 bits and Lua's numbers have 53, so an amount is a pair: billions, and the rest.

local BILLION = 1000000000

local function pair(billions, rest)
  local carry = math.floor(rest / BILLION)
  return {billions + carry, rest - carry * BILLION}
end

local function read(text)
  local cut = #text - 9
  if cut <= 0 then return {0, tonumber(text)} end
  return {tonumber(string.sub(text, 1, cut)), tonumber(string.sub(text, cut + 1))}
end

local function write(a)
  if a[1] == 0 then return string.format('%.0f', a[2]) end
  return string.format('%.0f%09.0f', a[1], a[2])
end

local function plus(a, b) return pair(a[1] + b[1], a[2] + b[2]) end

local function minus(a, b) return pair(a[1] - b[1], a[2] - b[2]) end

local function less(a, b) return a[1] < b[1] or (a[1] == b[1] and a[2] < b[2]) end

local function eighth(a)
  local billions = math.floor(a[1] / 8)
  return pair(billions, math.floor(((a[1] - billions * 8) * BILLION + a[2]) / 8))
end

local ZERO = {0, 0}
local LONGEST_WANT = 1000
local MOST_WANTED = 1000

local gateway, instance, first, number = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

-- A request that was overtaken by a later one must change nothing, nor one of a gateway whose name another has taken.
local known = redis.call('HGET', KEYS[4], gateway)
if known then
  local before, last = string.match(known, '^(%S+) (%d+)$')
  if before == instance then
    if number <= tonumber(last) then return {'late'} end
  elseif first ~= '1' then
    return {'taken'}
  end
end
redis.call('HSET', KEYS[4], gateway, instance .. ' ' .. ARGV[4])

-- A server that was started again may have forgotten leases that are still being spent: nothing is leased until every
-- gateway had the time to tell its own again.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation or redis.call('HGET', KEYS[1], 'run') ~= ARGV[5] then
  generation = ARGV[6]
  redis.call('HSET', KEYS[1], 'run', ARGV[5], 'generation', generation)
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[7])
end
local opening = redis.call('EXISTS', KEYS[2])

local shares = {}
for i = 5, #KEYS do
  local key = KEYS[i]
  local at = 7 + (i - 5) * 11
  local name, hard = ARGV[at + 1], ARGV[at + 2] == '1'
  local keep, want, least = read(ARGV[at + 4]), read(ARGV[at + 7]), read(ARGV[at + 8])

  local heard = tonumber(ARGV[at + 11])

  local leased, needed, used, missed = ZERO, ZERO, ZERO, false
  local entries = redis.call('HGETALL', key)
  for entry = 1, #entries, 2 do
    if entries[entry] ~= gateway then
      local l, n, u, asked, told = string.match(entries[entry + 1], '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
      local nothing = l == '0' and n == '0' and u == '0' and now - tonumber(asked) >= LONGEST_WANT
      if nothing or (heard > 0 and now - tonumber(told) > heard) then
        redis.call('HDEL', key, entries[entry])
      else
        leased, needed, used = plus(leased, read(l)), plus(needed, read(n)), plus(used, read(u))
        missed = missed or now - tonumber(asked) < LONGEST_WANT
      end
    end
  end

  local room = minus(minus(read(ARGV[at + 3]), leased), keep)
  local grant, asked = ZERO, 0
  if hard and opening == 0 and less(ZERO, room) then
    if less(ZERO, want) then
      if not less(room, want) then
        grant = want
        if not missed then grant = plus(grant, eighth(minus(room, want))) end
      elseif not less(room, least) then
        grant = room
      end
    elseif ARGV[at + 9] == '1' and not missed then
      local spare = minus(keep, read(ARGV[at + 5]))
      local cushion = eighth(plus(room, spare))
      if less(spare, cushion) then grant = minus(cushion, spare) end
    end
  end
  if hard and less(grant, want) then
    asked = now
    -- Where nobody has leased any, nobody can give back.
    if less(ZERO, leased) and redis.call('HLEN', KEYS[3]) < MOST_WANTED then redis.call('HSET', KEYS[3], name, string.format('%.0f', now)) end
  elseif not missed then
    redis.call('HDEL', KEYS[3], name)
  end

  local lease = plus(keep, grant)
  -- A gateway that has nothing of it, and could be given nothing back, leaves nothing: refused names must not pile up.
  if less(ZERO, lease) or ARGV[at + 5] ~= '0' or ARGV[at + 6] ~= '0' or (asked > 0 and less(ZERO, leased)) then
    redis.call('HSET', key, gateway,
      write(lease) .. ' ' .. ARGV[at + 5] .. ' ' .. ARGV[at + 6] .. ' ' .. string.format('%.0f %.0f', asked, now))
  else
    redis.call('HDEL', key, gateway)
  end
  if ARGV[at + 10] == '0' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, ARGV[at + 10]) end

  room = minus(room, grant)
  if less(room, ZERO) then room = ZERO end
  shares[#shares + 1] = write(lease)
  shares[#shares + 1] = write(used)
  shares[#shares + 1] = write(needed)
  shares[#shares + 1] = write(room)
end

local wanted = {}
local all = redis.call('HGETALL', KEYS[3])
for entry = 1, #all, 2 do
  if now - tonumber(all[entry + 1]) < LONGEST_WANT then
    wanted[#wanted + 1] = all[entry]
  else
    redis.call('HDEL', KEYS[3], all[entry])
  end
end

return {'ok', generation, tostring(opening), wanted, shares}
