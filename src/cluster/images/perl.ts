import type { Image, Program } from "./program";
import { idle, oneShot } from "./server";

/** More digits than this are not worked out: a note asks for two thousand. */
const mostDigits = 10_000;

/** Pi to so many significant digits, as `bignum` prints it: Machin's formula in whole numbers. */
export function digitsOfPi(digits: number): string {
  const scale = 10n ** BigInt(digits + 10);
  const arctanOfInverse = (x: bigint): bigint => {
    let sum = 0n;
    let term = scale / x;
    for (let odd = 1n; term !== 0n; odd += 4n) {
      sum += term / odd - term / (x * x) / (odd + 2n);
      term /= x ** 4n;
    }
    return sum;
  };
  const text = String(4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n)));
  return digits <= 1 ? "3" : `3.${text.slice(1, digits)}`;
}

/** Works for `ms` of virtual time before it prints. */
function works(ms: number, text: string): Program {
  return {
    start: () => ({ state: null, do: [{ do: "sleep", id: "work", ms }] }),
    on: (state, input) => {
      if (input.is === "wake") return { state, do: [{ do: "write", fd: 1, data: text }, { do: "exit", code: 0 }] };
      return { state, do: input.is === "signal" && input.name === "TERM" ? [{ do: "exit", code: 143 }] : [] };
    },
  };
}

/** Perl: the Job that everybody tries first, `perl -Mbignum=bpi -wle 'print bpi(2000)'`, is real; any other script only stays. */
export const perl: Image = {
  name: /(^|\/)perl(:|@|$)/, size: 45_428_782, user: 0, entrypoint: [], cmd: ["perl", "-de0"], env: { PERL_VERSION: "5.34.0" }, ports: [], files: {}, userland: "debian", tools: ["bash"],
  program: ([command = "", ...rest]) => {
    if (!/(^|\/)perl$/.test(command)) return undefined;
    const script = rest[rest.length - 1] ?? "";
    const wanted = /^\s*print\s+bpi\((\d+)\)\s*;?\s*$/.exec(script);
    if (wanted !== null) {
      const digits = Math.min(Number(wanted[1]), mostDigits);
      return works(digits * 1.3, `${digitsOfPi(digits)}\n`);
    }
    const said = /^\s*print\s+(["'])([^"'$@\\]*)(\\n)?\1\s*;?\s*$/.exec(script);
    if (said !== null) return oneShot(`${said[2] ?? ""}${said[3] !== undefined || rest.some((word) => /^-\w*l/.test(word)) ? "\n" : ""}`, 0);
    return idle(0);
  },
};
