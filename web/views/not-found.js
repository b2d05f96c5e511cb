import { empty, link } from "../parts.js";
import { T } from "../texts.js";

/** @type {View} */
export const notFound = { title: T.notFound.title, draw: () => [empty(T.notFound.says), link("/", T.notFound.home)] };
