import type { FieldError } from "../kind";
import type { ApiRequest } from "../request";
import type { Reader } from "../store";
import type { KubeObject } from "../../model";
import type { World } from "../../world";

export interface Admission {
  readonly request: ApiRequest;
  readonly object?: KubeObject;
  readonly old?: KubeObject;
  readonly reader: Reader;
  readonly world: World;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** The plurals of what it looks at: other requests don't come by. Absent: everything. */
  readonly of?: readonly string[];
  mutate?(admission: Admission): KubeObject;
  /** Field errors make a 422; a string makes a 403 with that text. */
  validate?(admission: Admission): readonly FieldError[] | string | undefined;
}
