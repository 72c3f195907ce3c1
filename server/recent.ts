/** A map of what was set last: beyond `most` entries, the one set longest ago is forgotten. */
export class Recent<Value> extends Map<string, Value> {
  constructor(private readonly most: number) {
    super();
  }

  override set(key: string, value: Value): this {
    this.delete(key); // to the end of the order
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value!);
    return this;
  }
}
