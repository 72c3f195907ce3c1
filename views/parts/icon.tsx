const SHAPES = {
  queued: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2" />,
  running: <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" />,
  completed: <path d="m3 8.5 3.2 3.3L13 4.7" fill="none" {...LINE()} />,
  failed: <path d="m4 4 8 8m0-8-8 8" fill="none" {...LINE()} />,
  cancelled: <path d="M3.5 8h9" fill="none" {...LINE()} />,
  ignored: <path d="M8 3.5v5.2m0 2.6v1.2" fill="none" {...LINE()} />,
  agent: (
    <path
      d="M3 6.2C3 4.4 4.3 3 6.2 3h3.6C11.7 3 13 4.4 13 6.2v2.6c0 1.8-1.3 3.2-3.2 3.2H8l-3 2.4V12C3.8 11.6 3 10.4 3 8.8z"
      fill="none"
      {...LINE()}
    />
  ),
  chevron: <path d="m6 3.5 4.5 4.5L6 12.5" fill="none" {...LINE()} />,
  out: <path d="M6.5 3.5h-3v9h9v-3M9 3.5h3.5V7m0-3.5L7.5 8.5" fill="none" {...LINE()} />,
};

function LINE() {
  return {
    stroke: "currentColor",
    "stroke-width": "2",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  } as const;
}

export type IconName = keyof typeof SHAPES;

/** Stands beside words that say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
