// The page that checks certificates: camera, image or pasted text in; a verdict out. Nothing is sent or kept.
import { guard } from "../site/guards.ts";
import { ONLINE } from "../site/online.ts";
import { Checker } from "./checker.ts";

guard();
void Checker.start(ONLINE);
