// Block Kit: `Blocks` draws whatever an app sent, and says so where it cannot.
import { Component, html, useMemo, useRef } from "./vendor/preact.js";
import { Kit } from "./kit-act.js";
import { BASIC } from "./kit-blocks.js";
import { CARDS } from "./kit-cards.js";
import { DataVisualization } from "./kit-charts.js";
import { Markdown } from "./kit-markdown.js";
import { RichText } from "./kit-rich.js";
import { Note, isObject, string } from "./kit-shape.js";
import { DataTable, Table } from "./kit-tables.js";
import { blockId } from "./kit-values.js";

export { initialValues } from "./kit-values.js";
export { RichText } from "./kit-rich.js";

const DRAW = {
  ...BASIC,
  ...CARDS,
  rich_text: RichText,
  markdown: Markdown,
  table: Table,
  data_table: DataTable,
  data_visualization: DataVisualization,
};

/**
 * The blocks of a message, a modal or a home tab.
 * values: {block_id: {action_id: simple value}}; errors: {block_id: sentence}.
 * onChange(block_id, action_id, value) before onAction({block_id, action_id, value}); onSuggest({..}) for external selects.
 */
export function Blocks({ blocks, surface = "message", values, errors, onChange, onAction, onSuggest }) {
  const labels = useRef(new Map());
  const kit = useMemo(() => ({ surface, values, errors, onChange, onAction, onSuggest, labels: labels.current }), [surface, values, errors, onChange, onAction, onSuggest]);
  if (!Array.isArray(blocks)) return html`<${Note}>These blocks are no list.<//>`;
  return html`<${Kit.Provider} value=${kit}><div class=${`kit kit-on-${surface}`}><${BlockList} blocks=${blocks} /></div><//>`;
}

/** Several blocks, also within a container. */
export function BlockList({ blocks }) {
  return blocks.map((block, at) => html`<${Guard} key=${isObject(block) ? `${string(block.type)} ${blockId(block, at)}` : at} block=${block}><${Block} block=${block} at=${at} /><//>`);
}

function Block({ block, at }) {
  if (!isObject(block)) return html`<${Note}>Block ${at + 1} is no object and cannot be drawn.<//>`;
  const type = string(block.type);
  const Draw = typeof block.type === "string" && Object.hasOwn(DRAW, type) ? DRAW[type] : null;
  if (!Draw) return html`<${Note}>${type ? `A block of the type “${type.slice(0, 60)}” is not drawn here.` : `Block ${at + 1} names no type.`}<//>`;
  return html`<${Draw} block=${block} id=${blockId(block, at)} BlockList=${BlockList} />`;
}

/** One block that is wrong must not take the message with it. */
class Guard extends Component {
  componentDidCatch(error) {
    console.warn("A block could not be drawn.", error);
    this.setState({ broken: this.props.block });
  }

  render({ block, children }, { broken }) {
    if (broken !== undefined && broken === block) return html`<${Note}>This block of the type “${string(block?.type) || "unknown"}” cannot be drawn as it is.<//>`;
    return children;
  }
}
