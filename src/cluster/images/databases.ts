import type { Image, ProcessContext, Program } from "./program";
import { oneShot, respond, server } from "./server";

interface Database {
  readonly name: RegExp;
  readonly size: number;
  readonly port: number;
  readonly command: string;
  readonly entrypoint: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What keeps it from starting: its words and exit code 1. */
  refuses?(context: ProcessContext): string | undefined;
  lines(context: ProcessContext): readonly string[];
  farewell(context: ProcessContext): string;
  readonly tools: readonly string[];
  readonly userland?: "debian" | "alpine";
}

function time(context: ProcessContext): string {
  return new Date(context.epoch + context.now).toISOString();
}

/** A database as its clients see it from outside: it accepts connections, it logs, it refuses to start without what it needs. It stores nothing. */
function database(kind: Database): Image {
  const serving = server({
    ports: () => [kind.port],
    boot: (context) => kind.lines(context).map((text) => ({ fd: 1, text })),
    answer: () => ({ response: respond(400, "") }),
    farewell: (context) => kind.farewell(context), leaves: 200,
  });
  const program: Program = {
    start(context) {
      const refused = kind.refuses?.(context);
      return refused === undefined ? serving.start(context) : oneShot(refused, 1, 2).start(context);
    },
    on: (state, input, context) => serving.on(state, input, context),
  };
  return {
    name: kind.name, size: kind.size, user: 0, entrypoint: [kind.entrypoint], cmd: [kind.command], env: kind.env ?? {}, ports: [kind.port], files: {}, userland: kind.userland ?? "debian", tools: ["bash", ...kind.tools],
    program: (argv) => {
      const words = argv[0] === kind.entrypoint ? argv.slice(1) : argv;
      const first = (words[0] ?? kind.command).replace(/^.*\//, "");
      return first === kind.command || (argv[0] === kind.entrypoint && first.startsWith("-")) ? program : undefined;
    },
  };
}

const redisLine = (context: ProcessContext, mark: string, text: string): string => `1:${mark} ${new Date(context.epoch + context.now).toUTCString().slice(5, 25)}.${String(Math.floor(context.now % 1000)).padStart(3, "0")} * ${text}`;

export const redis = database({
  name: /(^|\/)redis(:|@|$)/, size: 45_760_000, port: 6379, command: "redis-server", entrypoint: "docker-entrypoint.sh", tools: ["redis-cli"],
  lines: (context) => [
    redisLine(context, "C", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"), redisLine(context, "C", "Redis version=8.2.2, bits=64, commit=00000000, modified=1, pid=1, just started"),
    redisLine(context, "M", "monotonic clock: POSIX clock_gettime"), redisLine(context, "M", "Running mode=standalone, port=6379."), redisLine(context, "M", "Server initialized"), redisLine(context, "M", "Ready to accept connections tcp"),
  ],
  farewell: (context) => `${redisLine(context, "signal-handler", "").split(" ")[0]?.replace("1:", "1:")} Received SIGTERM scheduling shutdown...\n`,
});

const mysqlNote = (context: ProcessContext, level: string, text: string): string => `${time(context).slice(0, 19).replace("T", " ")}+00:00 [${level}] [Entrypoint]: ${text}`;

export const mysql = database({
  name: /(^|\/)(mysql|mariadb|percona)(:|@|$)/, size: 236_700_000, port: 3306, command: "mysqld", entrypoint: "docker-entrypoint.sh", tools: ["mysql", "mysqladmin"],
  refuses: (context) => {
    const { env } = context;
    if (env["MYSQL_ROOT_PASSWORD"] || env["MYSQL_ALLOW_EMPTY_PASSWORD"] || env["MYSQL_RANDOM_ROOT_PASSWORD"] || env["MARIADB_ROOT_PASSWORD"]) return undefined;
    return `${mysqlNote(context, "Note", "Entrypoint script for MySQL Server 8.4.7-1.el9 started.")}\n${mysqlNote(context, "ERROR", "Database is uninitialized and password option is not specified")}\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n`;
  },
  lines: (context) => [
    mysqlNote(context, "Note", "Entrypoint script for MySQL Server 8.4.7-1.el9 started."), mysqlNote(context, "Note", "Initializing database files"), mysqlNote(context, "Note", "MySQL init process done. Ready for start up."),
    `${time(context)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.7'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
  ],
  farewell: (context) => `${time(context)} 0 [System] [MY-010910] [Server] /usr/sbin/mysqld: Shutdown complete (mysqld 8.4.7)  MySQL Community Server - GPL.\n`,
});

export const postgres = database({
  name: /(^|\/)(postgres|postgresql|postgis)(:|@|$)/, size: 154_600_000, port: 5432, command: "postgres", entrypoint: "docker-entrypoint.sh", tools: ["psql", "pg_isready"],
  refuses: ({ env }) => (env["POSTGRES_PASSWORD"] || env["POSTGRES_HOST_AUTH_METHOD"] === "trust" ? undefined
    : "Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\".\n\n       You may also use \"POSTGRES_HOST_AUTH_METHOD=trust\" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about \"trust\":\n       https://www.postgresql.org/docs/current/auth-trust.html\n"),
  lines: (context) => {
    const at = `${time(context).slice(0, 23).replace("T", " ")} UTC [1] LOG:  `;
    return ["PostgreSQL init process complete; ready for start up.", "", `${at}starting PostgreSQL 17.6 (Debian 17.6-2.pgdg13+1) on x86_64-pc-linux-gnu`, `${at}listening on IPv4 address "0.0.0.0", port 5432`, `${at}listening on IPv6 address "::", port 5432`, `${at}database system is ready to accept connections`];
  },
  farewell: (context) => `${time(context).slice(0, 23).replace("T", " ")} UTC [1] LOG:  received smart shutdown request\n`,
});

export const mongo = database({
  name: /(^|\/)mongo(:|@|$)/, size: 279_300_000, port: 27017, command: "mongod", entrypoint: "docker-entrypoint.sh", tools: ["mongosh", "mongo"],
  lines: (context) => [`{"t":{"$date":"${time(context)}"},"s":"I",  "c":"CONTROL",  "id":23285,   "ctx":"main","msg":"MongoDB starting"}`, `{"t":{"$date":"${time(context)}"},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}`],
  farewell: (context) => `{"t":{"$date":"${time(context)}"},"s":"I",  "c":"CONTROL",  "id":23377,   "ctx":"SignalHandler","msg":"Received signal","attr":{"signal":15,"error":"Terminated"}}\n`,
});

export const memcached = database({ name: /(^|\/)memcached(:|@|$)/, size: 31_500_000, port: 11211, command: "memcached", entrypoint: "docker-entrypoint.sh", tools: [], lines: () => [], farewell: () => "" });
