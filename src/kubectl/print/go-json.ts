/** kubectl and the API server write JSON alike. */
export { goJson, goQuote, goString } from "../../cluster/api/go-json";
