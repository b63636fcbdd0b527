// A worker that opens a stream, and would hold it for ever.

import { onWait } from "../generated/js/generators.js";

addEventListener("message", ({ data }) => onWait(data).next());
