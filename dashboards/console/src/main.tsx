import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router-dom";
import { Frame } from "./frame/frame.tsx";
import { pages } from "./pages/pages.tsx";
import { Waiting } from "./parts/notes.tsx";
import { Surroundings } from "./surroundings.tsx";

const router = createBrowserRouter([
  { path: "/", element: <Frame />, hydrateFallbackElement: <Waiting what="the console" />, children: pages },
]);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <Surroundings>
    <RouterProvider router={router} />
  </Surroundings>,
);
