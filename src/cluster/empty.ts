/** Whether an object has no field, or is not there. */
export function isEmpty(object: object | undefined): boolean {
  for (const key in object) if (key !== "") return false;
  return true;
}
