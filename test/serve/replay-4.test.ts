import { testReplays } from "./replays";

testReplays(3);
