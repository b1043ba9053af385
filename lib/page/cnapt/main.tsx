import "uplot/dist/uPlot.min.css";
import "../page.css";
import "./cnapt.css";
import { render } from "hono/jsx/dom";
import { accessToken } from "../common/access_token.ts";
import { CnaptPage } from "./cnapt_page.tsx";

const root = document.getElementById("root");
if (root !== null) render(<CnaptPage token={accessToken()} />, root);
