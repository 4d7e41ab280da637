// The page that makes certificates: choose a form, fill it in, show the code. Everything happens on this phone.
import { guard } from "../site/guards.ts";
import { ONLINE } from "../site/online.ts";
import { Maker } from "./maker.ts";

guard();
void Maker.start(ONLINE);
