import type { SVGProps } from 'react';

const PATHS = {
  ring: 'M12 4a8 8 0 0 1 7.600 5.500M20 14a8 8 0 0 1-14 3.300M4.300 14A8 8 0 0 1 7 5.800',
  items: 'M4 8.500 12 4l8 4.500v7L12 20l-8-4.500zM4 8.500l8 4.500 8-4.500M12 13v7',
  inbox: 'M4 13.500 6.500 5h11L20 13.500V19H4zM4 13.500h4.500l1.500 2.500h4l1.500-2.500H20',
  map: 'M6 6.500a1.500 1.500 0 1 0 0-.01M18 8.500a1.500 1.500 0 1 0 0-.01M10 18.500a1.500 1.500 0 1 0 0-.01M7.500 7l9 1.200M6.700 8.300l2.800 8.300M17 10l-6 7.500',
  sliders: 'M5 7h8M17 7h2M5 12h2M11 12h8M5 17h9M18 17h1M15 5v4M9 10v4M16 15v4',
  pulse: 'M3 12h4l2.500-6 4 12 2.500-6h5',
  plus: 'M12 5v14M5 12h14',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  close: 'M6 6l12 12M18 6 6 18',
  up: 'm6 14 6-6 6 6',
  down: 'm6 10 6 6 6-6',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  auto: 'M12 3.500a8.500 8.500 0 1 0 0 17zM12 3.500a8.500 8.500 0 0 1 0 17z',
  leave: 'M14 5h5v14h-5M10 8l-4 4 4 4M6 12h9',
  trash: 'M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12',
  pen: 'm5 19 1-4L16 5l3 3L9 18z',
  turn: 'M7 7h10l-2.500-2.500M17 17H7l2.500 2.500',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a text that says the same; hidden from who does not see it. */
export function Icon({ name, ...rest }: { name: IconName } & Omit<SVGProps<SVGSVGElement>, 'name'>) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" {...rest}>
      <path d={PATHS[name]} />
    </svg>
  );
}
