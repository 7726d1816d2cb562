// Who waits for whom. Correctness across processes does not rest on this: the preconditions of storage keep it.

/** Runs jobs with the same key one at a time, in the order of asking. */
export class Turns {
  /** @type {Map<string, Promise<unknown>>} */
  #last = new Map();

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} job
   * @returns {Promise<T>}
   */
  async take(key, job) {
    const turn = Promise.resolve(this.#last.get(key)).then(job, job);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}

/** Gives those who ask the same at the same time one answer. */
export class Shared {
  /** @type {Map<string, Promise<any>>} */
  #underWay = new Map();

  /**
   * @template T
   * @param {string} key
   * @param {() => Promise<T>} job
   * @returns {Promise<T>}
   */
  ask(key, job) {
    const answer = this.#underWay.get(key) ?? job().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }
}
