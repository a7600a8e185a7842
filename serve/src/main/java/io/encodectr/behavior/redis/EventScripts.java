package io.encodectr.behavior.redis;

import io.encodectr.redis.RedisScript;

/**
 * What changes an event log, each script in one step. An event is a member of its user's sorted
 * set, by its time in seconds:
 *
 * <pre>
 * int64 arrival; {@link io.encodectr.behavior.EventValue}     big-endian
 * </pre>
 *
 * <p>Where arguments begin with <i>four that open</i>, an identity, the time, the identity that the
 * caller knows the log by or nothing, and the last arrival that it knows of: a log that is not
 * there becomes a new one of the first identity. One that took the place of another is complete
 * from when it was made, whoever made it. One whose end was lost gives no number a second time.
 *
 * <p>What only shrinks or describes the log runs on a server that is full, too.
 */
final class EventScripts {
  /** The first line of scripts that may run on a full server. */
  private static final String EVEN_IF_FULL = "#!lua flags=allow-oom";

  private static final String OPEN =
      """
      local facts = KEYS[1]
      local log = redis.call('HGET', facts, 'log')
      if not log then
        log = ARGV[1]
        redis.call('HSET', facts, 'log', log, 'format', '1', 'made', ARGV[2])
      end
      local function fact(name)
        return tonumber(redis.call('HGET', facts, name) or '0')
      end
      local function text(number)
        return string.format('%.0f', number)
      end
      if ARGV[3] == log then
        if fact('arrival') < tonumber(ARGV[4]) then
          redis.call('HSET', facts, 'arrival', ARGV[4])
        end
      elseif ARGV[3] ~= '' and fact('complete_from') < fact('made') then
        redis.call('HSET', facts, 'complete_from', text(fact('made')))
      end
      """;

  private static final String DELETE =
      """
      local function id_of(event)
        local at = 19 + struct.unpack('>I2', event, 17)
        at = at + 2 + struct.unpack('>I2', event, at)
        return string.sub(event, at + 2)
      end
      local function delete(old, user, users, events, ids)
        for _, event in ipairs(old) do
          redis.call('ZREM', events, event)
          local id = id_of(event)
          if id ~= '' then redis.call('SREM', ids, id) end
        end
        if redis.call('EXISTS', events) == 0 then
          redis.call('ZREM', users, user)
          redis.call('DEL', ids)
        end
      end
      """;

  /**
   * Stores events. Keys: facts, forgotten, users, then events and ids of each user. Arguments: four
   * that open, milliseconds now, end of the dataset in use, number of events; of each event its
   * user's place among the keys, user, hash, time or nothing, value without the first number, id or
   * nothing. Answers identity, arrival, received, and a letter an event: S, D, L.
   */
  static final RedisScript APPEND =
      new RedisScript(
          OPEN,
          """
          local now, active_end = tonumber(ARGV[5]), tonumber(ARGV[6])
          local arrival, kept = fact('arrival'), fact('kept_from')
          local received = math.max(fact('received'), now)
          local outcomes, forgotten, listed = {}, {}, {}
          for e = 1, tonumber(ARGV[7]) do
            local at = 6 * e + 2
            local u, user, hash, time, value, id = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2],
                tonumber(ARGV[at + 3]), ARGV[at + 4], ARGV[at + 5]
            local events, ids = KEYS[2 + 2 * u], KEYS[3 + 2 * u]
            if id ~= '' and redis.call('SISMEMBER', ids, id) == 1 then
              outcomes[e] = 'D'
            else
              if not forgotten[u] then
                local millis = tonumber(redis.call('HGET', KEYS[2], hash) or '-1')
                forgotten[u] = math.floor(millis / 1000)
              end
              time = time or math.max(math.floor(now / 1000), forgotten[u] + 1)
              if time <= forgotten[u] or time < kept then
                outcomes[e] = 'L'
              else
                arrival = arrival + 1
                redis.call('ZADD', events, text(time),
                    struct.pack('>I8I8', arrival, received) .. value)
                if id ~= '' then redis.call('SADD', ids, id) end
                if not listed[u] then
                  redis.call('ZADD', KEYS[3], '0', user)
                  listed[u] = true
                end
                outcomes[e] = time < active_end and 'L' or 'S'
              end
            end
          end
          if arrival > fact('arrival') then
            redis.call('HSET', facts, 'arrival', text(arrival), 'received', text(received))
          end
          return {log, text(arrival), text(received), table.concat(outcomes)}
          """);

  /**
   * A user's last events, the last one first. Keys: facts, forgotten, events. Arguments: hash,
   * earliest time, how many. Answers identity, up to where it was let go of, from when on it is
   * complete, when forgotten, events with times.
   */
  static final RedisScript SINCE =
      new RedisScript(
          """
          local facts = redis.call('HMGET', KEYS[1], 'log', 'kept_from', 'complete_from')
          return {facts[1], facts[2], facts[3], redis.call('HGET', KEYS[2], ARGV[1]),
              redis.call('ZRANGE', KEYS[3], '+inf', ARGV[2], 'BYSCORE', 'REV',
                  'LIMIT', '0', ARGV[3], 'WITHSCORES')}
          """);

  /**
   * Notes who is forgotten. Keys: facts, forgotten, unerased. Arguments: four that open, then hash
   * and milliseconds of each. Answers what is not erased.
   */
  static final RedisScript MARK =
      new RedisScript(
          EVEN_IF_FULL,
          OPEN,
          """
          local received = fact('received')
          for i = 5, #ARGV, 2 do
            local time = tonumber(ARGV[i + 1])
            if tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '-1') < time then
              redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
              redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
              received = math.max(received, time + 1)
              redis.call('HSET', facts, 'received', text(received))
            end
          end
          return redis.call('HGETALL', KEYS[3])
          """);

  /**
   * Deletes what arrived of a user before the forgetting. Keys: forgotten, users, events, ids.
   * Arguments: user, hash.
   */
  static final RedisScript ERASE =
      new RedisScript(
          EVEN_IF_FULL,
          DELETE,
          """
          local time = tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or '-1')
          local old = {}
          for _, event in ipairs(redis.call('ZRANGE', KEYS[3], '0', '-1')) do
            if struct.unpack('>I8', event, 9) <= time then old[#old + 1] = event end
          end
          delete(old, ARGV[1], KEYS[2], KEYS[3], KEYS[4])
          """);

  /** Notes who is erased. Key: unerased. Arguments: hash and milliseconds of each. */
  static final RedisScript ERASED =
      new RedisScript(
          EVEN_IF_FULL,
          """
          for i = 1, #ARGV, 2 do
            if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
              redis.call('HDEL', KEYS[1], ARGV[i])
            end
          end
          """);

  /**
   * Says from when on a reader needs events, and lets go of what nobody needs. Keys: facts,
   * readers. Arguments: four that open, reader, from when on, seconds that this holds. Answers
   * identity, arrival, received, up to where it is let go of, from when on it is complete, up to
   * where it is cleared.
   */
  static final RedisScript NEED =
      new RedisScript(
          EVEN_IF_FULL,
          OPEN,
          """
          local now = tonumber(redis.call('TIME')[1])
          redis.call('HSET', KEYS[2], ARGV[5], ARGV[6] .. ' ' .. text(now + tonumber(ARGV[7])))
          local all, least = redis.call('HGETALL', KEYS[2]), math.huge
          for i = 1, #all, 2 do
            local from, ends = string.match(all[i + 1], '^(%S+) (%S+)$')
            if tonumber(ends) < now then
              redis.call('HDEL', KEYS[2], all[i])
            else
              least = math.min(least, tonumber(from))
            end
          end
          if least > fact('kept_from') then
            redis.call('HSET', facts, 'kept_from', text(least))
          end
          return {log, text(fact('arrival')), text(fact('received')), text(fact('kept_from')),
              text(fact('complete_from')), text(fact('cleared_to'))}
          """);

  /**
   * Deletes a user's events that were let go of. Keys: facts, users, events, ids. Argument: user.
   */
  static final RedisScript CLEAR =
      new RedisScript(
          EVEN_IF_FULL,
          DELETE,
          """
          local kept = redis.call('HGET', KEYS[1], 'kept_from') or '0'
          local old = redis.call('ZRANGE', KEYS[3], '-inf', '(' .. kept, 'BYSCORE')
          delete(old, ARGV[1], KEYS[2], KEYS[3], KEYS[4])
          return #old
          """);

  /** Notes up to where the log is cleared. Keys: facts. Arguments: identity, time. */
  static final RedisScript CLEARED =
      new RedisScript(
          EVEN_IF_FULL,
          """
          local facts = redis.call('HMGET', KEYS[1], 'log', 'cleared_to')
          if facts[1] == ARGV[1] and tonumber(facts[2] or '0') < tonumber(ARGV[2]) then
            redis.call('HSET', KEYS[1], 'cleared_to', ARGV[2])
          end
          """);

  /** Needs nothing any more. Key: readers. Argument: reader. */
  static final RedisScript LEAVE =
      new RedisScript(EVEN_IF_FULL, "return redis.call('HDEL', KEYS[1], ARGV[1])");

  /** Answers fields and values in turn. Key: a hash. */
  static final RedisScript FIELDS = new RedisScript("return redis.call('HGETALL', KEYS[1])");

  /** Answers the format; nothing if there is no log. Key: facts. */
  static final RedisScript FORMAT = new RedisScript("return redis.call('HGET', KEYS[1], 'format')");

  /** Answers users in the order of their ids. Key: users. Arguments: lower bound, how many. */
  static final RedisScript USERS =
      new RedisScript(
          "return redis.call('ZRANGE', KEYS[1], ARGV[1], '+', 'BYLEX', 'LIMIT', '0', ARGV[2])");

  /**
   * Answers a user's events and their times in turn. Key: events. Arguments: earliest time, how
   * many to leave out, how many.
   */
  static final RedisScript EVENTS =
      new RedisScript(
          """
          return redis.call('ZRANGE', KEYS[1], ARGV[1], '+inf', 'BYSCORE',
              'LIMIT', ARGV[2], ARGV[3], 'WITHSCORES')
          """);

  private EventScripts() {}
}
