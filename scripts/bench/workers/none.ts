import { benchApp } from "./app.ts";

export { Counter } from "./app.ts";
export default benchApp();
