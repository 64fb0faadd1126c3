/** A page on which files can be dropped anywhere. */

import { Overlay, Text } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'

import { type Chosen, chosenFromDrop } from './files'
import styles from './imports.module.css'

export function DropGround(props: {
  label: string
  isOff?: boolean
  onDrop: (files: Chosen[]) => void
  children: ReactNode
}) {
  const [isOver, setOver] = useState(false)
  // Enter and leave come for every element below the pointer: only their balance tells.
  const depth = useRef(0)
  const hasFiles = (event: DragEvent) => !props.isOff && event.dataTransfer.types.includes('Files')
  const moved = (by: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  return (
    <div
      className={styles.ground}
      onDragEnter={moved(1)}
      onDragLeave={moved(-1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(false)
        void chosenFromDrop(event.dataTransfer).then((files) => files.length && props.onDrop(files))
      }}
    >
      {props.children}
      {isOver && (
        <Overlay fixed backgroundOpacity={0.75} color="#eaf5f6" zIndex={150} className={styles.over}>
          <div className={styles.target}>
            <IconUpload size={44} stroke={1.3} />
            <Text fw={600} size="lg">
              {props.label}
            </Text>
          </div>
        </Overlay>
      )}
    </div>
  )
}
