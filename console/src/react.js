// What stands in for "react" in the build: Preact's compatibility layer, with two things made as Ariakit needs them.
import { options } from "preact";

export * from "../node_modules/preact/compat/dist/compat.mjs";
export { default } from "../node_modules/preact/compat/dist/compat.mjs";

// Preact runs insertion effects as layout effects, children first; Ariakit fills the handlers that children call in
// an insertion effect of the parent, and finds them unfilled. Without the hook it fills them while rendering, which is
// right here, since Preact never renders a component twice before showing it.
export const useInsertionEffect = undefined;

// Ariakit sets `currentTarget` of an event, which React's own event objects allow and the browser's do not.
const native = Object.getOwnPropertyDescriptor(Event.prototype, "currentTarget")?.get;
const before = options.event;
options.event = (event) => {
  const own = before ? before(event) : event;
  if (native)
    Object.defineProperty(own, "currentTarget", {
      value: native.call(event),
      writable: true,
      configurable: true,
    });
  return own;
};
