
// Shows the figures of the interval that one points at; without it the tables say the same.
(() => {
  const read = element => JSON.parse(element.textContent)
  const at = read(document.getElementById('at'))
  const length = at[at.length - 1]
  const three = value => String(Number(value.toPrecision(3)))
  const largest = (units, value) => units.find(unit => value >= unit[1]) || units[units.length - 1]
  const in_units = (units, value) => {
    const unit = largest(units, value)
    return three(value / unit[1]) + unit[0]
  }
  const times = [['d', 864e8], ['h', 36e8], ['m', 6e7], ['s', 1e6], ['ms', 1e3], ['us', 1]]
  const sizes = [[' GB/s', 1e9], [' MB/s', 1e6], [' KB/s', 1e3], [' B/s', 1]]
  const words = {
    time: value => in_units(times, value),
    bytes: value => in_units(sizes, value),
    rate: value => three(value) + '/s',
    count: value => three(value),
  }
  for (const figure of document.querySelectorAll('.plot')) {
    const data = read(figure.querySelector('script.data'))
    const chart = figure.querySelector('.chart')
    const image = chart.querySelector('svg')
    const cross = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    cross.setAttribute('class', 'cross')
    const tip = document.createElement('div')
    tip.className = 'tip'
    tip.setAttribute('aria-hidden', 'true')
    const leave = () => { tip.remove(); cross.remove() }
    image.addEventListener('pointerleave', leave)
    image.addEventListener('pointermove', event => {
      const box = image.getBoundingClientRect()
      const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
      const found = at.findIndex(instant => instant >= share * length)
      const end = Math.max(1, found)
      const lines = data.lines.map(([name, values]) => {
        const value = values[end - 1]
        return name + ': ' + (value === null ? '-' : words[data.dimension](value))
      })
      tip.textContent = [words.time(at[end - 1]) + ' to ' + words.time(at[end]), ...lines].join('\n')
      cross.setAttribute('d', 'M' + share * 1000 + ' 0V100')
      image.append(cross)
      chart.append(tip)
      const left = box.left - chart.getBoundingClientRect().left + share * box.width
      tip.style.left = share > 0.5 ? '' : left + 12 + 'px'
      tip.style.right = share > 0.5 ? chart.clientWidth - left + 12 + 'px' : ''
    })
  }
})()
