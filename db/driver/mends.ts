/** A change of a file of postgres.js: `find` is there exactly once. */
export interface Mend {
  why: string;
  find: string;
  put: string;
}

const CONNECTION: Mend[] = [
  {
    why: "What throws in a callback of a socket or timer, where nobody could catch it, ends this " +
      "connection alone: its statements fail, and the pool opens another.",
    find: `  queues.closed && queues.closed.push(connection)`,
    put: `
  const broken = (err) => { error(err); socket && socket.destroy() }
  const contained = (fn) => (...args) => {
    try {
      const x = fn(...args)
      x instanceof Promise && x.catch(broken)
      return x
    } catch (err) {
      broken(err)
    }
  }
  nextWrite = contained(nextWrite)
  secure = contained(secure)
  drain = contained(drain)
  data = contained(data)
  connect = contained(connect)
  connected = contained(connected)
  closed = contained(closed)
  Authentication = contained(Authentication)
  queues.closed && queues.closed.push(connection)`,
  },
  {
    why: "The steps of signing in are asynchronous, and may fail when the socket is gone.",
    find: `  async function Authentication(x, type = x.readUInt32BE(5)) {
    (`,
    put: `  async function Authentication(x, type = x.readUInt32BE(5)) {
    await (`,
  },
  {
    why: "A transaction or session whose connection was lost may still send a statement.",
    find: `  function execute(q) {
    if (terminated)`,
    put: `  function execute(q) {
    if (!socket)
      return queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true

    if (terminated)`,
  },
  {
    why: "A step of signing in may go on when the socket is gone.",
    find: `  function write(x, fn) {
    chunk =`,
    put: `  function write(x, fn) {
    if (!socket)
      return false
    chunk =`,
  },
  {
    why: "What was not written yet would be sent as the beginning of the next connection, which " +
      "then never becomes ready; a statement that was sent between an error and the close would " +
      "wait for ever, or be answered with no rows by the next connection's first sign of life.",
    find: `    socket.removeAllListeners()
    socket = null

    if (initial)`,
    put: `    socket.removeAllListeners()
    socket.on('error', noop)
    socket = null
    chunk = nextWriteTimer = null
    const lost = Errors.connection('CONNECTION_CLOSED', options)
    query && queryError(query, lost)
    while (sent.length)
      queryError(sent.shift(), lost)
    query = results = errorResponse = final = null
    result = new Result()
    rows = 0

    if (initial)`,
  },
  {
    why: "A session that is waited for takes the connection that was opened for it; otherwise it " +
      "waits for ever when it was taken out of the queue to open one.",
    find: `        initial.reserve && (initial = null)
        return fetchArrayTypes()
      }

      initial && !initial.reserve && execute(initial)
      options.shared.retries = retries = 0
      initial = null
      return`,
    put: `        fetchArrayTypes().catch(() => socket && socket.destroy())
        return
      }

      const first = initial
      options.shared.retries = retries = 0
      initial = null
      first.reserve ? first.reserve(connection) : execute(first)
      return`,
  },
  {
    why: "Bytes go as they are: as text they are twice as long, which we make and Postgres reads.",
    find: `.str(statement + b.N).i16(0).i16(parameters.length)

    parameters.forEach((x, i) => {
      if (x === null)
        return b.i32(0xFFFFFFFF)
`,
    put: `.str(statement + b.N).i16(parameters.length)
    const bytes = parameters.map((x, i) => types[i] === 17 && x instanceof Uint8Array)
    bytes.forEach((is) => b.i16(is ? 1 : 0))
    b.i16(parameters.length)

    parameters.forEach((x, i) => {
      if (x === null)
        return b.i32(0xFFFFFFFF)

      if (bytes[i])
        return b.i32(x.byteLength).raw(x)
`,
  },
];

const POOL: Mend[] = [
  {
    why: "In both places at once, it is refused in one and given a connection in the other, " +
      "which is lost to the pool.",
    find: `        queries.push(query)
        closed.length && connect(closed.shift(), query)`,
    put: `        closed.length ? connect(closed.shift(), query) : queries.push(query)`,
  },
  {
    why: "A session ends with its connection: what waits in it fails, and the connection, which " +
      "may be somebody else's by now, is not given back a second time.",
    find: `    c.reserved.release = true

    const sql = Sql(handler)
    sql.release = () => {
      c.reserved = null`,
    put: `    c.reserved.release = true

    let lost = null
    c.onclose = (e) => {
      lost = e
      while (queue.length)
        queue.shift().reject(e)
    }

    const sql = Sql(handler)
    sql.release = () => {
      if (lost)
        return
      c.onclose = null
      c.reserved = null`,
  },
  {
    why: "The same, for a statement that comes later.",
    find: `    function handler(q) {
      c.queue === full
        ? queue.push(q)`,
    put: `    function handler(q) {
      if (lost)
        return q.reject(lost)
      c.queue === full
        ? queue.push(q)`,
  },
  {
    why:
      "The function of a transaction whose connection was lost goes on: its next statement must " +
      "not run outside of a transaction, or in somebody else's.",
    find: `        new Promise((_, reject) => connection.onclose = reject)`,
    put: `        new Promise((_, reject) => connection.onclose = (e) => {
          lost = e
          while (queries.length)
            queries.shift().reject(e)
          reject(e)
        })`,
  },
  {
    why: "The same, for a statement that comes later.",
    find: `        q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
    put: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
        c.queue === full`,
  },
  {
    why: "As above.",
    find: `      , connection
      , prepare = null`,
    put: `      , connection
      , lost = null
      , prepare = null`,
  },
];

export const MENDS: Record<string, Mend[]> = {
  "connection.js": CONNECTION,
  "index.js": POOL,
};
