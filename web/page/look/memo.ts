import { Component, type ComponentType, createElement } from "preact";

/** A component that renders again only if one of its properties is another one. */
export function memo<P extends object>(Inner: (props: P) => preact.ComponentChild) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = Object.keys({ ...this.props, ...next }) as (keyof P & string)[];
      return keys.some((key) => (this.props as P)[key] !== (next as P)[key]);
    }

    override render() {
      return createElement(Inner as ComponentType<P>, this.props as P);
    }
  };
}
