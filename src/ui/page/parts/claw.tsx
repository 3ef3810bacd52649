/** The sign of the product. */
export function Claw() {
  return (
    <svg class="claw" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="claw-ground" />
      <path
        d="M9 23c-3-5-2-12 4-15-1 4 0 6 2 8 1-3 3-5 7-5-2 2-2 4-2 6 2-1 3-1 5 0-2 5-6 8-10 8-2 0-4-1-6-2z"
        fill="#fff"
      />
    </svg>
  );
}
