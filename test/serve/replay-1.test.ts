import { testReplays } from "./replays";

testReplays(0);
