import { Card, Menu } from './ui'

export function Page({ title }) {
//              ^ definition function Page
  const Local = () => <b>{title}</b>
  //    ^ definition function Page.Local
  return (
    <Card title={title} size={LIMIT}>
    //^ nothing
    <Card>
    //^ nothing
      <Menu.Item onClick={go} />
      // <- nothing
      <div><Local /></div>
      //^ nothing
    </Card>
    </Card>
  )
}

const top = <Card name={Page} />
//           ^ reference call -
//                      ^ reference read -
const item = <Menu.Item {...top}>text</Menu.Item>
//            ^ reference read -
//                 ^ reference call Menu
//                          ^ reference read -
const html = <section className="x"><Page.Header /></section>
//            ^ nothing
//                                        ^ reference call Page
export default React.memo(Page)
//     ^ definition constant default
