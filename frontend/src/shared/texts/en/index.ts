/** The English texts, whose keys are the truth: what is missing here does not compile. */

import app from './app.json'
import canvas from './canvas.json'
import dtl from './dtl.json'
import gallery from './gallery.json'
import history from './history.json'
import imports from './imports.json'
import inference from './inference.json'
import keys from './keys.json'
import members from './members.json'
import models from './models.json'
import objects from './objects.json'
import projects from './projects.json'
import review from './review.json'
import shared from './shared.json'
import smart from './smart.json'
import together from './together.json'
import tools from './tools.json'
import training from './training.json'
import unsent from './unsent.json'
import view from './view.json'
import workflow from './workflow.json'

export const english = {
  app,
  canvas,
  dtl,
  gallery,
  history,
  imports,
  inference,
  keys,
  members,
  models,
  objects,
  projects,
  review,
  shared,
  smart,
  together,
  tools,
  training,
  unsent,
  view,
  workflow,
}
