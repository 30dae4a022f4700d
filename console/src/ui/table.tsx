// One table for every list: sortable heads, stacked cards on narrow screens, and only the rows in view in the page.
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type JSX, type ReactNode, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { Choice } from "./controls";
import { Icon } from "./icons";

export interface Column<T> {
  key: string;
  header: string;
  render: (row: T) => ReactNode;
  /** What to sort by; a column without it is not sortable. */
  sort?: (row: T) => string | number;
  /** Of the cells' class, for width and alignment in the style sheet. */
  hideHeader?: boolean;
}

export interface Sort {
  key: string;
  descending: boolean;
}

interface TableProps<T> {
  label: string;
  kind: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}

/** First guesses, until a row has been drawn and measured. */
const ROW_HEIGHT = 52;
const CARD_HEIGHT = 220;

/** Where rows become cards with room between them; as in the style sheet. */
const CARDS = matchMedia("(max-width: 1080px)");
const CARD_GAP = 12;

function onCards(changed: () => void): () => void {
  CARDS.addEventListener("change", changed);
  return () => CARDS.removeEventListener("change", changed);
}

/** Whether rows are cards just now: there is no head to click on then. */
const useCards = (): boolean => useSyncExternalStore(onCards, () => CARDS.matches);

export function sortRows<T>(rows: readonly T[], columns: readonly Column<T>[], sort: Sort): readonly T[] {
  const by = columns.find(({ key }) => key === sort.key)?.sort;
  if (!by) return rows;
  const direction = sort.descending ? -1 : 1;
  return [...rows].sort((a, b) => direction * compare(by(a), by(b)));
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

export function DataTable<T>(props: TableProps<T>): JSX.Element {
  const { label, kind, columns, rows, rowKey } = props;
  const body = useRef<HTMLDivElement>(null);
  const virtual = useRows(body, rows.length, (index) => rowKey(rows[index] as T));
  return (
    <div className={`table ${kind}`} role="table" aria-label={label} aria-rowcount={rows.length + 1}>
      <HeadRow {...props} />
      <div className="table-body" role="rowgroup" ref={body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            className="table-row"
            role="row"
            aria-rowindex={item.index + 2}
            style={{ transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
          >
            {columns.map((column) => (
              <div
                key={column.key}
                role="cell"
                className={`cell col-${column.key}`}
                data-label={column.header}
              >
                {column.render(rows[item.index] as T)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function useRows(body: { current: HTMLDivElement | null }, count: number, keyOf: (index: number) => string) {
  const [scrollMargin, setScrollMargin] = useState(0);
  // After every render, since what stands above the table comes and goes; it settles in one more at most.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    const top = body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - scrollMargin) > 1) setScrollMargin(top);
  });
  const cards = useCards();
  return useWindowVirtualizer({
    count,
    gap: cards ? CARD_GAP : 0,
    estimateSize: () => (cards ? CARD_HEIGHT : ROW_HEIGHT),
    overscan: 12,
    scrollMargin,
    getItemKey: keyOf,
  });
}

function HeadRow<T>({ columns, sort, onSort }: TableProps<T>): JSX.Element {
  // A head that is only there to be read out has nothing in it to get the focus.
  const cards = useCards();
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row">
        {columns.map((column) => (
          <div
            key={column.key}
            role="columnheader"
            className={`cell col-${column.key}`}
            {...(column.sort && onSort ? { "aria-sort": ariaSort(column.key, sort) } : {})}
          >
            {column.sort && onSort && !cards ? (
              <SortButton column={column.key} header={column.header} sort={sort} onSort={onSort} />
            ) : (
              <span className={column.hideHeader ? "sr-only" : ""}>{column.header}</span>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function ariaSort(key: string, sort: Sort | undefined): "ascending" | "descending" | "none" {
  if (sort?.key !== key) return "none";
  return sort.descending ? "descending" : "ascending";
}

interface SortButtonProps {
  column: string;
  header: string;
  sort: Sort | undefined;
  onSort: (sort: Sort) => void;
}

function SortButton({ column, header, sort, onSort }: SortButtonProps): JSX.Element {
  const active = sort?.key === column;
  const turned = { key: column, descending: active && !sort.descending };
  return (
    <button type="button" className={`sort ${active ? "active" : ""}`} onClick={() => onSort(turned)}>
      {header}
      <Icon name={active && sort.descending ? "down" : "up"} size={12} />
    </button>
  );
}

interface SortChoiceProps<T> {
  columns: readonly Column<T>[];
  sort: Sort;
  onSort: (sort: Sort) => void;
}

/** Sorting where rows are cards; null where the head does it. */
export function SortChoice<T>({ columns, sort, onSort }: SortChoiceProps<T>): JSX.Element | null {
  if (!useCards()) return null;
  const options = columns
    .filter((column) => column.sort)
    .flatMap(({ key, header }) => [
      { value: `${key} up`, label: `${header} ↑` },
      { value: `${key} down`, label: `${header} ↓` },
    ]);
  const choose = (value: string): void => {
    const [key = "", direction] = value.split(" ");
    onSort({ key, descending: direction === "down" });
  };
  return (
    <Choice
      aria-label="Sort by"
      value={`${sort.key} ${sort.descending ? "down" : "up"}`}
      options={options}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}
