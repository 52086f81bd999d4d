import { testReplays } from "./replays";

testReplays(2);
