// A list that opens below its owner, in the browser's top layer so that no scrolling box cuts it off.
import { useEffect } from "./vendor/preact.js";

/** Places `popup` at `owner` while open, and calls close() when somebody presses elsewhere. */
export function usePopup(open, owner, popup, close) {
  useEffect(() => {
    const [box, list] = [owner.current, popup.current];
    if (!open || !box || !list) return undefined;
    if (list.showPopover && !list.matches(":popover-open")) list.showPopover();
    const settle = () => place(box, list);
    const outside = (event) => box.contains(event.target) || list.contains(event.target) || close();
    settle();
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("scroll", settle, true);
    window.addEventListener("resize", settle);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("scroll", settle, true);
      window.removeEventListener("resize", settle);
    };
  });
}

const EDGE = 8;

function place(box, list) {
  const at = box.getBoundingClientRect();
  const [wide, high] = [document.documentElement.clientWidth, document.documentElement.clientHeight];
  list.style.minWidth = `${Math.min(at.width, wide - 2 * EDGE)}px`;
  list.style.maxHeight = "none";
  const below = high - at.bottom - EDGE - 4;
  const above = at.top - EDGE - 4;
  const wanted = Math.min(list.scrollHeight + 2, 300);
  const down = below >= wanted || below >= above;
  const room = Math.min(300, Math.max(down ? below : above, 80));
  list.style.maxHeight = `${room}px`;
  list.style.left = `${Math.max(EDGE, Math.min(at.left, wide - list.offsetWidth - EDGE))}px`;
  list.style.top = down ? `${at.bottom + 4}px` : `${at.top - 4 - Math.min(list.offsetHeight, room)}px`;
}
