import { expect, it } from "vitest";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";

it("prints the log of a container that was over before kubectl run could attach, and removes the pod", () => {
  const note = new NoteCluster({ seed: 11, epoch: "2026-11-23T14:00:00Z" }, new NoteFiles(new Map()));
  note.cluster.advance(30_000);
  const { stdout, stderr, exit } = note.complete("kubectl run tmp --image=busybox --rm -i --restart=Never -- echo hi", 60_000);
  expect(stdout).toBe('hi\npod "tmp" deleted\n');
  expect(stderr).toContain("warning: couldn't attach to pod/tmp, falling back to streaming logs: ");
  expect(exit).toBe(0);
  expect(note.complete("kubectl get pods", 60_000).stderr).toBe("No resources found in default namespace.\n");
  note.dispose();
});
