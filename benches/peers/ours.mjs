// Our side: the paired bench as a worker, which makes the proofs and times its own passes over them.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Ours {
  #process;
  #lines;

  /** Builds the bench if need be; PAIRED_BENCH names one that is built. */
  static async start() {
    const ours = new Ours();
    const [command, ...args] = process.env.PAIRED_BENCH
      ? [process.env.PAIRED_BENCH]
      : ["cargo", "bench", "--bench", "paired", "--"];
    ours.#process = spawn(command, [...args, "--worker"], { stdio: ["pipe", "pipe", "inherit"] });
    ours.#lines = createInterface({ input: ours.#process.stdout })[Symbol.asyncIterator]();
    ours.work = JSON.parse(await ours.#line());
    return ours;
  }

  /** Nanoseconds of one check, over the proofs from `start` to `end`. */
  async pass(start, end) {
    this.#process.stdin.write(`${start} ${end}\n`);
    return Number(await this.#line());
  }

  stop() {
    this.#process.stdin.end();
  }

  async #line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the worker ended");
    return value;
  }
}
