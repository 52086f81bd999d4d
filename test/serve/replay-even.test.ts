import { testReplays } from "./replays";

testReplays(0, 2);
