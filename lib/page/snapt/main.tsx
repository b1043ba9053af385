import "../page.css";
import "./snapt.css";
import { render } from "hono/jsx/dom";
import { accessToken } from "../common/access_token.ts";
import { SnaptPage } from "./snapt_page.tsx";

const root = document.getElementById("root");
if (root !== null) render(<SnaptPage token={accessToken()} />, root);
