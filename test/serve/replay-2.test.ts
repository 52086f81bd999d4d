import { testReplays } from "./replays";

testReplays(1);
